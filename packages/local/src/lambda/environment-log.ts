import type { Clock } from '../clock.ts';
import { defaultLogging, type FunctionDefinition, type FunctionLogging, LATEST } from './definition.ts';

/** What Lambda returns of an invocation's log at most, in bytes (`X-Amz-Log-Result`). */
const TAIL_BYTES = 4096;

/** Appends, but keeps no more than the end that a tail could show. */
export function appendToTail(tail: string, text: string): string {
  const joined = tail + text;
  return joined.length > 4 * TAIL_BYTES ? joined.slice(-TAIL_BYTES) : joined;
}

/** The last 4 KB of an invocation's log. */
export function logTail(logText: string): string {
  const bytes = Buffer.from(logText);
  if (bytes.length <= TAIL_BYTES) return logText;
  let start = bytes.length - TAIL_BYTES;
  // Begin with a whole character: continuation bytes look like 10xxxxxx.
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.toString('utf8', start);
}

const LEVELS: readonly string[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const MAY_BE_BELOW = /"level"\s*:\s*"(?:TRACE|DEBUG)"/i;

/** Whether Lambda delivers a line: with JSON, one whose `level` is below the function's is dropped. */
export function isDelivered(line: string, { logFormat, applicationLogLevel }: FunctionLogging): boolean {
  if (logFormat === 'Text' || applicationLogLevel === 'TRACE' || !MAY_BE_BELOW.test(line)) return true;
  const level = LEVELS.indexOf(levelOf(line));
  return level === -1 || level >= LEVELS.indexOf(applicationLogLevel);
}

function levelOf(line: string): string {
  try {
    return String(Object(JSON.parse(line)).level).toUpperCase();
  } catch {
    // A line that is no JSON has no level.
    return '';
  }
}

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

export interface EnvironmentLogOptions {
  readonly definition: FunctionDefinition;
  readonly clock: Clock;
  onLine(line: string): void;
}

/**
 * How long a line gets, in UTF-16 units: what CloudWatch Logs takes as one event, 1 MB with 26 bytes of its own. The rest
 * is another event.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
const MAX_LINE = 1_048_550;

/** What an environment logs: its function, line by line, and the platform in between. */
export class EnvironmentLog {
  readonly #options: EnvironmentLogOptions;
  readonly #logging: FunctionLogging;
  readonly #platform: PlatformLog;
  #partialLine = '';
  #tail = '';

  constructor(options: EnvironmentLogOptions) {
    this.#options = options;
    const { definition } = options;
    this.#logging = definition.logging ?? defaultLogging(definition.functionName);
    this.#platform = platformLog(definition);
  }

  get logging(): FunctionLogging {
    return this.#logging;
  }

  /** The end of what has been logged since this was last taken. */
  takeTail(): string {
    const tail = this.#tail;
    this.#tail = '';
    return tail;
  }

  /** What a function writes, in pieces of any size. */
  write(text: string): void {
    const joined = this.#partialLine + text;
    if (joined.length <= MAX_LINE && !text.includes('\n')) {
      this.#partialLine = joined;
      return;
    }
    const lines = joined.split('\n').flatMap(inEvents);
    this.#partialLine = lines.pop() ?? '';
    this.#add(lines.filter((line) => isDelivered(line, this.#logging)));
  }

  /** Ends a line that has no end yet. */
  flush(): void {
    if (this.#partialLine !== '') this.write('\n');
  }

  boots(): void {
    this.#add(this.#platform.initLines(this.#options.clock.now()));
  }

  bootFails(initialization: FailedInitialization): void {
    this.#add(this.#platform.failedInitLines(initialization, this.#options.clock.now()));
  }

  begins(requestId: string): void {
    this.#add(this.#platform.startLines(requestId, this.#options.clock.now()));
  }

  ends(report: InvocationReport): void {
    this.#add(this.#platform.endLines(report, this.#options.clock.now()));
  }

  /** With JSON, the report says it. */
  timesOut(requestId: string, timeoutMs: number): void {
    if (this.#logging.logFormat === 'JSON') return;
    const at = new Date(this.#options.clock.now()).toISOString();
    this.write(`${at} ${requestId} Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds\n`);
  }

  /** The error of an invocation whose environment has ended, as JSON text. */
  exits(payload: string): void {
    if (this.#logging.logFormat === 'JSON') return;
    const { errorType, errorMessage } = JSON.parse(payload);
    this.#add([errorMessage, errorType]);
  }

  #add(lines: readonly string[]): void {
    for (const line of lines) {
      this.#tail = appendToTail(this.#tail, `${line}\n`);
      this.#options.onLine(line);
    }
  }
}

function inEvents(line: string): string | readonly string[] {
  if (line.length <= MAX_LINE) return line;
  const count = Math.ceil(line.length / MAX_LINE);
  return Array.from({ length: count }, (_, index) => line.slice(index * MAX_LINE, (index + 1) * MAX_LINE));
}
