import type { OffsetClock } from '../clock.ts';
import { acceptsCallbacks, type FunctionDefinition } from './definition.ts';
import type { EnvironmentKill } from './environment-faults.ts';
import { EnvironmentProcess, type ProcessEnd } from './environment-process.ts';
import { exitedPayload, failure, type Invocation, timedOutPayload, traceId } from './invocation.ts';
import { appendToTail } from './log-tail.ts';
import { defaultLogging, type FunctionLogging, isDelivered } from './logging.ts';
import { type InvocationStatus, type PlatformLog, platformLog } from './platform-log.ts';
import type { Report } from './report-frames.ts';

/** Lambda gives the code outside of the handler ten seconds, or the function's timeout where that is longer. */
const INIT_TIMEOUT_MS = 10_000;

const BYTES_PER_MB = 1024 * 1024;

/** Who wants to know of an environment's life. */
export interface EnvironmentEvents {
  /** It can take an invocation. */
  idle(environment: ExecutionEnvironment): void;
  /** It is gone. `initFailed`: JSON text of the error, when the handler never loaded. */
  ended(environment: ExecutionEnvironment, initFailed: InitFailure | undefined): void;
  line(line: string): void;
}

/** Makes the error of an invocation that was to run in an environment that never came up. */
export type InitFailure = (requestId: string) => string;

interface Running {
  readonly invocation: Invocation;
  readonly startedAt: number;
  readonly timer: NodeJS.Timeout;
  logText: string;
}

/** A process that has loaded a function's handler and runs one invocation at a time. */
export class ExecutionEnvironment {
  /** `performance.now()` since when it waits for work. */
  idleSince = 0;
  readonly #definition: FunctionDefinition;
  readonly #clock: OffsetClock;
  readonly #events: EnvironmentEvents;
  readonly #process: EnvironmentProcess;
  readonly #gone = Promise.withResolvers<void>();
  readonly #logging: FunctionLogging;
  readonly #platformLog: PlatformLog;
  readonly #bootedAt = performance.now();
  /** Until its first invocation has reported it. */
  #initDurationMs: number | undefined;
  #maxMemoryBytes = 0;
  #initTimer: NodeJS.Timeout | undefined;
  #initFailure: InitFailure | undefined;
  #isReady = false;
  #running: Running | undefined;
  #partialLine = '';

  constructor(
    definition: FunctionDefinition,
    variables: Record<string, string>,
    clock: OffsetClock,
    events: EnvironmentEvents,
  ) {
    this.#definition = definition;
    this.#clock = clock;
    this.#events = events;
    this.#logging = definition.logging ?? defaultLogging(definition.functionName);
    this.#platformLog = platformLog(definition);
    this.#process = new EnvironmentProcess({
      variables,
      // As on Lambda, where it is /var/task.
      workingDirectory: definition.codeDir,
      memoryMb: definition.memoryMb,
      settings: {
        codeDir: definition.codeDir,
        layerDirs: definition.layers?.map(({ directory }) => directory) ?? [],
        handler: definition.handler,
        acceptsCallbacks: acceptsCallbacks(definition),
        logging: this.#logging,
        clockOffsetMs: clock.offsetMs ?? 0,
      },
      onReport: (report) => this.#receive(report),
      onOutput: (text) => this.#log(text),
      onEnd: (end) => this.#ended(end),
    });
    const initTimeoutMs = Math.max(INIT_TIMEOUT_MS, definition.timeoutMs);
    this.#initTimer = setTimeout(() => this.#initTimedOut(initTimeoutMs), initTimeoutMs);
    this.#logLines(this.#platformLog.initLines(clock.now()));
  }

  run(invocation: Invocation): void {
    const { timeoutMs } = this.#definition;
    const timer = setTimeout(() => this.#timedOut(), timeoutMs);
    this.#running = { invocation, startedAt: performance.now(), timer, logText: '' };
    const { requestId, payload, invokedFunctionArn } = invocation;
    this.#logLines(this.#platformLog.startLines(requestId, this.#clock.now()));
    const deadlineMs = Date.now() + timeoutMs;
    const clockOffsetMs = this.#clock.offsetMs ?? 0;
    this.#process.watchMemory(true);
    this.#process.send([
      requestId,
      payload,
      deadlineMs,
      invokedFunctionArn,
      traceId(requestId),
      clockOffsetMs,
      invocation.clientContext,
    ]);
  }

  /** Ends it in the middle of the invocation that runs, unless that is over by then. */
  suffer(kill: EnvironmentKill | undefined): void {
    if (kill === undefined) return;
    const running = this.#running;
    const killed = () => {
      if (this.#running !== running) return;
      kill.tell();
      void this.terminate();
    };
    setTimeout(killed, kill.afterMs).unref();
  }

  terminate(): Promise<void> {
    this.#process.kill();
    return this.#gone.promise;
  }

  #receive({ kind, payload, memoryBytes }: Report): void {
    switch (kind) {
      case 'ready':
        this.#isReady = true;
        this.#initDurationMs = performance.now() - this.#bootedAt;
        this.#maxMemoryBytes = memoryBytes;
        clearTimeout(this.#initTimer);
        this.#events.idle(this);
        return;
      case 'log':
        this.#log(payload);
        return;
      case 'done':
      case 'failed':
        this.#answer(kind === 'done' ? 'success' : 'error', payload, memoryBytes);
        this.#events.idle(this);
        return;
      case 'crashed':
        // Its exit follows.
        this.#answer('error', payload, memoryBytes);
        return;
      case 'initFailed':
        this.#initFailure = () => payload;
        return;
    }
  }

  #answer(status: InvocationStatus, payload: string, memoryBytes: number): void {
    this.#maxMemoryBytes = Math.max(this.#maxMemoryBytes, memoryBytes);
    this.#complete(status, payload);
  }

  #complete(status: InvocationStatus, payload: string): void {
    const running = this.#running;
    if (running === undefined) return;
    clearTimeout(running.timer);
    this.#process.watchMemory(false);
    this.#flushPartialLine();
    const durationMs = performance.now() - running.startedAt;
    this.#logReport(status, running.invocation.requestId, durationMs);
    this.#running = undefined;
    const { logText } = running;
    running.invocation.complete(
      status === 'success' ? { payload, logText, durationMs } : failure(payload, logText, durationMs),
    );
  }

  #logReport(status: InvocationStatus, requestId: string, durationMs: number): void {
    const initDurationMs = this.#initDurationMs;
    this.#initDurationMs = undefined;
    const maxMemoryUsedMb = Math.ceil(this.#maxMemoryBytes / BYTES_PER_MB);
    const report = { requestId, durationMs, initDurationMs, maxMemoryUsedMb, status };
    this.#logLines(this.#platformLog.endLines(report, this.#clock.now()));
  }

  #timedOut(): void {
    const running = this.#running;
    if (running === undefined) return;
    const { requestId } = running.invocation;
    const { timeoutMs } = this.#definition;
    // With JSON, the report says it.
    if (this.#logging.logFormat === 'Text') {
      this.#log(
        `${new Date(this.#clock.now()).toISOString()} ${requestId} Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds\n`,
      );
    }
    this.#complete('timeout', timedOutPayload(requestId, timeoutMs));
    void this.terminate();
  }

  #initTimedOut(initTimeoutMs: number): void {
    this.#initFailure = (requestId) => timedOutPayload(requestId, initTimeoutMs);
    void this.terminate();
  }

  #ended(end: ProcessEnd): void {
    clearTimeout(this.#initTimer);
    if (this.#running !== undefined) {
      this.#complete('error', exitedPayload(this.#running.invocation.requestId, end));
    }
    this.#flushPartialLine();
    const neverLoaded: InitFailure = this.#initFailure ?? ((requestId) => exitedPayload(requestId, end));
    this.#events.ended(this, this.#isReady ? undefined : neverLoaded);
    this.#gone.resolve();
  }

  #log(text: string): void {
    const lines = (this.#partialLine + text).split('\n');
    this.#partialLine = lines.pop() ?? '';
    this.#logLines(lines.filter((line) => isDelivered(line, this.#logging)));
  }

  #flushPartialLine(): void {
    if (this.#partialLine !== '') this.#log('\n');
  }

  #logLines(lines: readonly string[]): void {
    for (const line of lines) {
      if (this.#running !== undefined) {
        this.#running.logText = appendToTail(this.#running.logText, `${line}\n`);
      }
      this.#events.line(line);
    }
  }
}
