import type { OffsetClock } from '../clock.ts';
import { acceptsCallbacks, type FunctionDefinition } from './definition.ts';
import { EnvironmentLog, type InvocationReport, type InvocationStatus } from './environment-log.ts';
import { EnvironmentProcess, type ProcessEnd, type Report } from './environment-process.ts';
import {
  exitedPayload,
  failure,
  type Invocation,
  type Outcome,
  timedOutPayload,
  traceId,
} from './invocation.ts';

/** What is made to happen to environments, for trying how functions take it. */
export interface EnvironmentFaults {
  /** The clock of an environment that boots. */
  clockOf(clock: OffsetClock): OffsetClock;
  /** When the worker of an invocation that begins is to end, and whom to tell once it has; undefined for not at all. */
  killOf(functionName: string): EnvironmentKill | undefined;
}

export interface EnvironmentKill {
  readonly afterMs: number;
  tell(): void;
}

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

/** What becomes of an invocation that was to run in an environment that never came up. */
export type InitFailure = (requestId: string) => Outcome;

interface Running {
  readonly invocation: Invocation;
  readonly startedAt: number;
  readonly timer: NodeJS.Timeout;
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
  readonly #log: EnvironmentLog;
  readonly #bootedAt = performance.now();
  /** Until its first invocation has reported it. */
  #initDurationMs: number | undefined;
  #maxMemoryBytes = 0;
  #initTimer: NodeJS.Timeout | undefined;
  /** Makes the error of an invocation, as JSON text, once it is known why the handler has not loaded. */
  #initError: ((requestId: string) => string) | undefined;
  #hasInitTimedOut = false;
  #isReady = false;
  #running: Running | undefined;

  constructor(
    definition: FunctionDefinition,
    variables: Record<string, string>,
    clock: OffsetClock,
    events: EnvironmentEvents,
  ) {
    this.#definition = definition;
    this.#clock = clock;
    this.#events = events;
    this.#log = new EnvironmentLog({ definition, clock, onLine: (line) => events.line(line) });
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
        logging: this.#log.logging,
        clockOffsetMs: clock.offsetMs ?? 0,
      },
      onReport: (report) => this.#receive(report),
      onOutput: (text) => this.#log.write(text),
      onEnd: (end) => this.#ended(end),
    });
    this.#process.watchMemory(true);
    const initTimeoutMs = Math.max(INIT_TIMEOUT_MS, definition.timeoutMs);
    this.#initTimer = setTimeout(() => this.#initTimedOut(initTimeoutMs), initTimeoutMs);
    this.#log.boots();
  }

  run(invocation: Invocation): void {
    const { timeoutMs } = this.#definition;
    // An answer that has come in time counts, even if this process was too busy to read it.
    const timer = setTimeout(() => setImmediate(() => this.#timedOut(invocation)), timeoutMs);
    this.#running = { invocation, startedAt: performance.now(), timer };
    const { requestId, payload, invokedFunctionArn } = invocation;
    // What came before is no invocation's.
    this.#log.takeTail();
    this.#log.begins(requestId);
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
        this.#process.watchMemory(false);
        this.#events.idle(this);
        return;
      case 'log':
        this.#log.write(payload);
        return;
      case 'done':
      case 'failed':
        this.#answer(kind === 'done' ? 'success' : 'error', payload, memoryBytes);
        // It may have been killed after it has answered, and be on its way out.
        if (this.#process.isAlive) this.#events.idle(this);
        return;
      case 'crashed':
        this.#process.killSoon();
        this.#answer('error', payload, memoryBytes);
        return;
      case 'initFailed':
        this.#process.killSoon();
        this.#initError = () => payload;
        return;
    }
  }

  #answer(status: InvocationStatus, payload: string, memoryBytes: number): void {
    this.#maxMemoryBytes = Math.max(this.#maxMemoryBytes, memoryBytes);
    this.#complete(status, payload);
  }

  #complete(status: InvocationStatus, payload: string, errorType?: string): void {
    const running = this.#running;
    if (running === undefined) return;
    clearTimeout(running.timer);
    this.#process.watchMemory(false);
    this.#log.flush();
    const durationMs = performance.now() - running.startedAt;
    this.#logReport(running.invocation.requestId, { status, durationMs, errorType });
    this.#running = undefined;
    const logText = this.#log.takeTail();
    running.invocation.complete(
      status === 'success' ? { payload, logText, durationMs } : failure(payload, logText, durationMs),
    );
  }

  #logReport(
    requestId: string,
    ended: Pick<InvocationReport, 'status' | 'durationMs'> & { readonly errorType: string | undefined },
  ): void {
    const initDurationMs = this.#initDurationMs;
    this.#initDurationMs = undefined;
    const maxMemoryUsedMb = Math.ceil(this.#maxMemoryBytes / BYTES_PER_MB);
    const { status, durationMs, errorType } = ended;
    const type = errorType === undefined ? {} : { errorType };
    const report = { requestId, durationMs, initDurationMs, maxMemoryUsedMb, status, ...type };
    this.#log.ends(report);
  }

  #timedOut(invocation: Invocation): void {
    if (this.#running?.invocation !== invocation) return;
    const { requestId } = invocation;
    const { timeoutMs } = this.#definition;
    this.#log.timesOut(requestId, timeoutMs);
    this.#complete('timeout', timedOutPayload(requestId, timeoutMs));
    void this.terminate();
  }

  #initTimedOut(initTimeoutMs: number): void {
    this.#hasInitTimedOut = true;
    this.#initError = (requestId) => timedOutPayload(requestId, initTimeoutMs);
    void this.terminate();
  }

  #ended(end: ProcessEnd): void {
    clearTimeout(this.#initTimer);
    this.#log.flush();
    if (this.#running !== undefined) {
      const payload = exitedPayload(this.#running.invocation.requestId, end);
      this.#log.exits(payload);
      this.#complete('error', payload, end === 'outOfMemory' ? 'Runtime.OutOfMemory' : 'Runtime.ExitError');
    }
    this.#events.ended(this, this.#isReady ? undefined : this.#failedInit(end));
    this.#gone.resolve();
  }

  #failedInit(end: ProcessEnd): InitFailure {
    const durationMs = performance.now() - this.#bootedAt;
    const payloadOf = this.#initError ?? ((requestId: string) => exitedPayload(requestId, end));
    const status = this.#hasInitTimedOut ? 'timeout' : 'error';
    const { errorType } = JSON.parse(payloadOf(''));
    const initialization = { durationMs, status, errorType } as const;
    this.#log.bootFails(initialization);
    return (requestId) => {
      this.#log.begins(requestId);
      if (this.#initError === undefined) this.#log.exits(payloadOf(requestId));
      this.#logReport(requestId, initialization);
      return failure(payloadOf(requestId), this.#log.takeTail(), durationMs);
    };
  }
}
