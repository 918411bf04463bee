import type { Clock } from '../clock.ts';
import type { FunctionDefinition } from './definition.ts';
import { appendToTail } from './log-tail.ts';
import { defaultLogging, type FunctionLogging, isDelivered } from './logging.ts';
import {
  type FailedInitialization,
  type InvocationReport,
  type PlatformLog,
  platformLog,
} from './platform-log.ts';

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
