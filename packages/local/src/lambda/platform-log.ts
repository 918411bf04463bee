import type { FunctionDefinition } from './definition.ts';
import { LATEST } from './function-name.ts';
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
  /** Of what is no error of the handler: how its environment ended, or why it never began. */
  readonly errorType?: string;
}

/** An initialization that has failed. */
export interface FailedInitialization {
  readonly durationMs: number;
  readonly status: 'error' | 'timeout';
  readonly errorType?: string;
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
  failedInitLines(initialization: FailedInitialization, nowMs: number): readonly string[];
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
    failedInitLines: ({ durationMs, ...ended }) => [
      [`INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms`, 'Phase: init', ...statusFields(ended)].join(
        '\t',
      ),
    ],
    startLines: (requestId) => [`START RequestId: ${requestId} Version: ${LATEST}`],
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
  return [...fields, ...(statusFields(report).length === 0 ? [''] : statusFields(report))].join('\t');
}

/** An error of the handler's own is none of the platform's. */
function statusFields({
  status,
  errorType,
}: Pick<InvocationReport, 'status' | 'errorType'>): readonly string[] {
  if (status === 'timeout') return ['Status: timeout'];
  return errorType === undefined ? [] : ['Status: error', `Error Type: ${errorType}`];
}

/** The initialization is billed too. */
function billedMs({ durationMs, initDurationMs = 0 }: InvocationReport): number {
  return Math.ceil(durationMs + initDurationMs);
}

function jsonLog(definition: FunctionDefinition, { systemLogLevel }: FunctionLogging): PlatformLog {
  const { functionName, memoryMb } = definition;
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
        functionVersion: LATEST,
      };
      return atInfo(record(nowMs, 'initStart', fields));
    },
    failedInitLines: ({ durationMs, status, errorType }, nowMs) => [
      record(nowMs, 'initReport', {
        initializationType: 'on-demand',
        phase: 'init',
        status,
        ...(errorType === undefined ? {} : { errorType }),
        metrics: { durationMs: toThousandths(durationMs) },
      }),
    ],
    startLines: (requestId, nowMs) => atInfo(record(nowMs, 'start', { requestId, version: LATEST })),
    endLines(report, nowMs) {
      const line = record(nowMs, 'report', {
        requestId: report.requestId,
        metrics: metricsOf(report, memoryMb),
        status: report.status,
        ...(report.errorType === undefined ? {} : { errorType: report.errorType }),
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
