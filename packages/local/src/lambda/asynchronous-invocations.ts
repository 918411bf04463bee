import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { QueueSender, RuntimeLog } from '../contracts.ts';
import type { Collections } from '../data/collections.ts';
import { asynchronousSettingsOf, type FunctionDefinition, LATEST } from './definition.ts';
import { EventQueues, type QueueLimits } from './event-queues.ts';
import type { LiveFunction } from './function-registry.ts';
import type { Outcome } from './invocation.ts';

/** Why Lambda gives up an event. */
export type Condition = 'RetriesExhausted' | 'EventAgeExceeded';

interface FailedEvent {
  readonly requestId: string;
  readonly functionArn: string;
  readonly condition: Condition;
  readonly tries: number;
  /** JSON text. */
  readonly payload: string;
  /** Of the last try; undefined when the event was never tried. */
  readonly outcome: Outcome | undefined;
}

/**
 * JSON text of the invocation record that Lambda sends to a destination. Payloads are JSON text already, so that
 * they go in as they are: numbers keep their digits.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function failureRecord(event: FailedEvent, nowMs: number): string {
  const { requestId, functionArn, condition, tries, payload, outcome } = event;
  const head = JSON.stringify({
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${functionArn}:${LATEST}`,
      condition,
      approximateInvokeCount: tries,
    },
  });
  return `${head.slice(0, -1)},"requestPayload":${payload}${outcome === undefined ? '' : response(outcome)}}`;
}

function response({ payload, functionError }: Outcome): string {
  const context = { statusCode: 200, executedVersion: LATEST, functionError };
  return `,"responseContext":${JSON.stringify(context)},"responsePayload":${payload}`;
}

export interface AsynchronousInvocationsOptions {
  /** For the records of what failed. */
  readonly queues: QueueSender;
  readonly clock: Clock;
  readonly log: RuntimeLog;
  /** Before the first retry, the second …; the last one holds for all that follow. */
  readonly retryDelaysMs: readonly number[];
  /** Of each function; what an earlier runtime has left is taken beyond them. */
  readonly limits: QueueLimits;
  /** Keeps events until they are done with. */
  readonly collections: Collections;
  /** A function as it is now; undefined when it has been deleted. */
  find(functionName: string): LiveFunction | undefined;
}

interface Event {
  readonly requestId: string;
  readonly functionName: string;
  readonly payload: string;
  readonly clientContext?: string;
  readonly acceptedAt: number;
  tries: number;
}

/** What is asked for by an asynchronous invocation. */
export interface EventRequest {
  readonly functionName: string;
  /** JSON text. */
  readonly payload: string;
  /** JSON text. */
  readonly clientContext?: string;
}

/**
 * The events of asynchronous invocations: runs each, retries what failed, then tells the on-failure destination. A
 * function is looked up at each step, so that one that is changed runs as it is then.
 */
export class AsynchronousInvocations {
  readonly #options: AsynchronousInvocationsOptions;
  readonly #kept: Map<string, Event>;
  /** What an earlier runtime has accepted, of functions that are not there yet. */
  #left: readonly Event[];
  #isResumed = false;
  readonly #closing = new AbortController();
  /** Called when the last event is done with. */
  readonly #drained: () => void;
  readonly #queues: EventQueues;

  constructor(options: AsynchronousInvocationsOptions, drained: () => void) {
    this.#options = options;
    this.#queues = new EventQueues(options.limits);
    this.#kept = options.collections.open('asynchronousInvocations');
    this.#left = [...this.#kept.values()];
    this.#drained = drained;
  }

  /** How many events are queued, running, waiting for a retry, or on their way to a destination. */
  get pending(): number {
    return this.#queues.events;
  }

  /** Resolves once the event is kept. Rejects with `TooManyRequestsException` when the function's queue is full. */
  async accept(request: EventRequest): Promise<void> {
    const refusal = this.#queues.refusal(request);
    if (refusal !== undefined) throw refusal;
    const { clock, collections } = this.#options;
    const event: Event = { ...request, requestId: randomUUID(), acceptedAt: clock.now(), tries: 0 };
    this.#kept.set(event.requestId, event);
    this.#queues.add(event);
    this.#try(event);
    await collections.committed();
  }

  /** Goes on with what an earlier runtime has accepted. What is for a function that is gone stays until it is back. */
  resume(): void {
    this.#isResumed = true;
    const gone = new Set(this.#left.map(({ functionName }) => functionName));
    for (const functionName of gone) {
      if (this.#options.find(functionName) === undefined) continue;
      gone.delete(functionName);
      this.appeared(functionName);
    }
    if (gone.size === 0) return;
    this.#options.log.warn(
      `events of asynchronous invocations wait for functions that are gone: ${[...gone]}`,
    );
  }

  /** Goes on with what is left for a function that is there now. */
  appeared(functionName: string): void {
    if (!this.#isResumed) return;
    const its = this.#left.filter((event) => event.functionName === functionName);
    this.#left = this.#left.filter((event) => event.functionName !== functionName);
    for (const event of its) {
      this.#queues.add(event);
      this.#try(event);
    }
  }

  /** Retries and deliveries end; what is pending is done after the next start where it is kept, and lost elsewhere. */
  close(): void {
    const { collections, log } = this.#options;
    if (this.pending > 0 && !collections.areKept) {
      const what = this.pending === 1 ? '1 event' : `${this.pending} events`;
      log.warn(`${what} of asynchronous invocations lost: not finished before the end`);
    }
    this.#closing.abort();
  }

  #try(event: Event): void {
    const deployed = this.#find(event);
    if (deployed === undefined) return;
    const { definition, pool } = deployed;
    if (definition.reservedConcurrency === 0) {
      // AWS sends it to the destination at once, without a try.
      this.#giveUp(definition, event, 'RetriesExhausted');
      return;
    }
    const { requestId, payload, clientContext } = event;
    pool.run({
      requestId,
      payload,
      ...(clientContext === undefined ? {} : { clientContext }),
      invokedFunctionArn: definition.arn,
      claim: () => this.#claim(event),
      complete: (outcome) => this.#completed(event, outcome),
    });
  }

  /** With a function, its events go too. */
  #find(event: Event): LiveFunction | undefined {
    const deployed = this.#options.find(event.functionName);
    if (deployed === undefined && !this.#closing.signal.aborted) {
      this.#options.log.warn(`an event of ${event.functionName} is dropped: the function has been deleted`);
      this.#done(event);
    }
    return deployed;
  }

  #claim(event: Event): boolean {
    const deployed = this.#find(event);
    if (deployed === undefined) return false;
    if (this.#isTooOld(deployed.definition, event, 0)) {
      this.#giveUp(deployed.definition, event, 'EventAgeExceeded');
      return false;
    }
    event.tries += 1;
    return true;
  }

  #isTooOld(definition: FunctionDefinition, event: Event, delayMs: number): boolean {
    const ageMs = this.#options.clock.now() + delayMs - event.acceptedAt;
    return ageMs > asynchronousSettingsOf(definition).maximumEventAgeSeconds * 1000;
  }

  #completed(event: Event, outcome: Outcome): void {
    // What ends because the runtime ends has not failed.
    if (this.#closing.signal.aborted) return;
    const definition = this.#find(event)?.definition;
    if (definition === undefined) return;
    if (outcome.functionError === undefined) {
      this.#done(event);
      return;
    }
    if (event.tries > asynchronousSettingsOf(definition).maximumRetryAttempts) {
      this.#giveUp(definition, event, 'RetriesExhausted', outcome);
      return;
    }
    const delayMs = this.#retryDelayMs(event.tries);
    if (this.#isTooOld(definition, event, delayMs)) {
      this.#giveUp(definition, event, 'EventAgeExceeded', outcome);
      return;
    }
    this.#kept.set(event.requestId, event);
    this.#options.clock.sleep(delayMs, this.#closing.signal).then(
      () => this.#try(event),
      (error: unknown) => this.#sleepEnded(event, error),
    );
  }

  #sleepEnded(event: Event, error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#options.log.error(`a retry of ${event.functionName} was lost: ${String(error)}`);
    this.#done(event);
  }

  #retryDelayMs(tries: number): number {
    const delays = this.#options.retryDelaysMs;
    return delays[Math.min(tries, delays.length) - 1] ?? 0;
  }

  #giveUp(definition: FunctionDefinition, event: Event, condition: Condition, outcome?: Outcome): void {
    const { clock, log, queues } = this.#options;
    const { functionName, arn, async } = definition;
    const destination = async?.onFailure;
    if (destination === undefined) {
      log.warn(`${functionName} failed (${condition}) and has no on-failure destination`);
      this.#done(event);
      return;
    }
    const record = failureRecord({ ...event, functionArn: arn, condition, outcome }, clock.now());
    void queues
      .sendMessage(destination, record)
      .catch((error: unknown) =>
        log.error(
          `an event of ${functionName} could not be sent to its destination ${destination}: ${String(error)}`,
        ),
      )
      .then(() => this.#done(event));
  }

  /** What ends after everything else may be done once more after the next start. */
  #done(event: Event): void {
    if (this.#closing.signal.aborted) return;
    this.#kept.delete(event.requestId);
    this.#queues.remove(event);
    if (this.pending === 0) this.#drained();
  }
}
