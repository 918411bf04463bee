import { type FunctionDefinition, versionOf } from './definition.ts';
import { defaultLogging, type FunctionLogging } from './logging.ts';

/** What the platform measured of an invocation. */
export interface InvocationReport {
  readonly requestId: string;
  readonly durationMs: number;
  /** How long the environment took to load the handler, for its first invocation. */
  readonly initDurationMs: number | undefined;
  /** The most that the environment has used so far. */
  readonly maxMemoryUsedMb: number;
  readonly status: InvocationStatus;
}

export type InvocationStatus = 'success' | 'error' | 'timeout';

/**
 * The lines that Lambda's platform writes into a function's log, in the function's format.
 * Sources: Lambda developer guide, "Configuring JSON and plain text log formats" and "Telemetry API Event schema
 * reference".
 */
export interface PlatformLog {
  /** Of an environment that boots. */
  initLines(nowMs: number): readonly string[];
  startLines(requestId: string, nowMs: number): readonly string[];
  endLines(report: InvocationReport, nowMs: number): readonly string[];
}

export function platformLog(definition: FunctionDefinition): PlatformLog {
  const logging = definition.logging ?? defaultLogging(definition.functionName);
  return logging.logFormat === 'JSON' ? jsonLog(definition, logging) : textLog(definition);
}

function textLog(definition: FunctionDefinition): PlatformLog {
  const { memoryMb } = definition;
  return {
    initLines: () => [],
    startLines: (requestId) => [`START RequestId: ${requestId} Version: ${versionOf(definition)}`],
    endLines: (report) => [`END RequestId: ${report.requestId}`, reportLine(report, memoryMb)],
  };
}

function reportLine(report: InvocationReport, memoryMb: number): string {
  const { requestId, durationMs, initDurationMs, maxMemoryUsedMb } = report;
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs(report)} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${maxMemoryUsedMb} MB`,
    ...(initDurationMs === undefined ? [] : [`Init Duration: ${initDurationMs.toFixed(2)} ms`]),
  ];
  return `${fields.join('\t')}\t`;
}

/** The initialization is billed too. */
function billedMs({ durationMs, initDurationMs = 0 }: InvocationReport): number {
  return Math.ceil(durationMs + initDurationMs);
}

function jsonLog(definition: FunctionDefinition, { systemLogLevel }: FunctionLogging): PlatformLog {
  const { functionName, memoryMb } = definition;
  const version = versionOf(definition);
  /** `nothing` for what is logged at INFO where that is below the function's level. */
  const atInfo = (line: string): readonly string[] => (systemLogLevel === 'INFO' ? [line] : []);
  const record = (nowMs: number, type: string, fields: object): string =>
    JSON.stringify({ time: new Date(nowMs).toISOString(), type: `platform.${type}`, record: fields });
  return {
    initLines(nowMs) {
      const fields = {
        initializationType: 'on-demand',
        phase: 'init',
        functionName,
        functionVersion: version,
      };
      return atInfo(record(nowMs, 'initStart', fields));
    },
    startLines: (requestId, nowMs) => atInfo(record(nowMs, 'start', { requestId, version })),
    endLines(report, nowMs) {
      const line = record(nowMs, 'report', {
        requestId: report.requestId,
        metrics: metricsOf(report, memoryMb),
        status: report.status,
      });
      // What failed is logged at WARN.
      return report.status === 'success' ? atInfo(line) : [line];
    },
  };
}

function metricsOf(report: InvocationReport, memoryMb: number): object {
  const { durationMs, initDurationMs, maxMemoryUsedMb } = report;
  return {
    durationMs: toThousandths(durationMs),
    billedDurationMs: billedMs(report),
    memorySizeMB: memoryMb,
    maxMemoryUsedMB: maxMemoryUsedMb,
    ...(initDurationMs === undefined ? {} : { initDurationMs: toThousandths(initDurationMs) }),
  };
}

const toThousandths = (ms: number): number => Number(ms.toFixed(3));
