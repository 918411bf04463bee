import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import type { Collections } from '../data/collections.ts';
import type { FunctionDefinition } from './definition.ts';
import { type Condition, destinationRecord } from './destination-record.ts';
import type { EnvironmentPool } from './environment-pool.ts';
import { EventQueues, type QueueLimits } from './event-queues.ts';
import type { Outcome } from './invocation.ts';

export interface AsynchronousInvocationsOptions {
  readonly clock: Clock;
  readonly log: RuntimeLog;
  /** Before the first retry, the second …; the last one holds for all that follow. */
  readonly retryDelaysMs: readonly number[];
  /** Of each function; what an earlier runtime has left, and what goes to destinations, is taken beyond them. */
  readonly limits: QueueLimits;
  /** Keeps events until they are done with. */
  readonly collections: Collections;
  /** Sends an invocation record to an SQS queue or a function, by its ARN. */
  deliver(destinationArn: string, record: string): Promise<void>;
}

/** A function, and where it runs. */
export interface Deployed {
  readonly definition: FunctionDefinition;
  readonly pool: EnvironmentPool;
}

interface Event {
  readonly requestId: string;
  readonly functionName: string;
  readonly payload: string;
  readonly acceptedAt: number;
  tries: number;
}

/** The events of asynchronous invocations: runs each, retries what failed, then tells the destination. */
export class AsynchronousInvocations {
  readonly #options: AsynchronousInvocationsOptions;
  readonly #kept: Map<string, Event>;
  /** What an earlier runtime has accepted. */
  #left: readonly Event[];
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
  async accept(deployed: Deployed, payload: string): Promise<void> {
    const { functionName } = deployed.definition;
    const refusal = this.#queues.refusal({ functionName, payload });
    if (refusal !== undefined) throw refusal;
    await this.take(deployed, payload);
  }

  /** The same for what is told of another event, which nobody would repeat: it is taken however full the queue is. */
  take({ definition, pool }: Deployed, payload: string): Promise<void> {
    const { clock, collections } = this.#options;
    const { functionName } = definition;
    const event = { requestId: randomUUID(), functionName, payload, acceptedAt: clock.now(), tries: 0 };
    this.#kept.set(event.requestId, event);
    this.#queues.add(event);
    this.#try(definition, pool, event);
    return collections.committed();
  }

  /** Goes on with what an earlier runtime has accepted. What is for a function that is gone stays until it is back. */
  resume(find: (functionName: string) => Deployed | undefined): void {
    const gone = new Set<string>();
    for (const event of this.#left) {
      const deployed = find(event.functionName);
      if (deployed === undefined) gone.add(event.functionName);
      else {
        this.#queues.add(event);
        this.#try(deployed.definition, deployed.pool, event);
      }
    }
    this.#left = [];
    if (gone.size === 0) return;
    this.#options.log.warn(
      `events of asynchronous invocations wait for functions that are gone: ${[...gone]}`,
    );
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

  #try(definition: FunctionDefinition, pool: EnvironmentPool, event: Event): void {
    if (definition.reservedConcurrency === 0) {
      // AWS sends it to the destination at once, without a try.
      this.#settle(definition, event, 'RetriesExhausted', undefined);
      return;
    }
    pool.run({
      requestId: event.requestId,
      payload: event.payload,
      invokedFunctionArn: definition.arn,
      claim: () => this.#claim(definition, event),
      complete: (outcome) => this.#completed(definition, pool, event, outcome),
    });
  }

  #claim(definition: FunctionDefinition, event: Event): boolean {
    if (this.#isTooOld(definition, event, 0)) {
      this.#settle(definition, event, 'EventAgeExceeded', undefined);
      return false;
    }
    event.tries += 1;
    return true;
  }

  #isTooOld(definition: FunctionDefinition, event: Event, delayMs: number): boolean {
    const ageMs = this.#options.clock.now() + delayMs - event.acceptedAt;
    return ageMs > definition.async.maximumEventAgeSeconds * 1000;
  }

  #completed(definition: FunctionDefinition, pool: EnvironmentPool, event: Event, outcome: Outcome): void {
    // What ends because the runtime ends has not failed.
    if (this.#closing.signal.aborted) return;
    if (outcome.functionError === undefined) {
      this.#settle(definition, event, 'Success', outcome);
      return;
    }
    if (event.tries > definition.async.maximumRetryAttempts) {
      this.#settle(definition, event, 'RetriesExhausted', outcome);
      return;
    }
    const delayMs = this.#retryDelayMs(event.tries);
    if (this.#isTooOld(definition, event, delayMs)) {
      this.#settle(definition, event, 'EventAgeExceeded', outcome);
      return;
    }
    this.#kept.set(event.requestId, event);
    this.#options.clock.sleep(delayMs, this.#closing.signal).then(
      () => this.#try(definition, pool, event),
      (error: unknown) => this.#sleepEnded(definition, event, error),
    );
  }

  #sleepEnded(definition: FunctionDefinition, event: Event, error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#options.log.error(`a retry of ${definition.functionName} was lost: ${String(error)}`);
    this.#done(event);
  }

  #retryDelayMs(tries: number): number {
    const delays = this.#options.retryDelaysMs;
    return delays[Math.min(tries, delays.length) - 1] ?? 0;
  }

  #settle(
    definition: FunctionDefinition,
    event: Event,
    condition: Condition,
    outcome: Outcome | undefined,
  ): void {
    const { onFailure, onSuccess } = definition.async;
    const destinationArn = condition === 'Success' ? onSuccess : onFailure;
    if (destinationArn === undefined) {
      if (condition !== 'Success') {
        this.#options.log.warn(
          `${definition.functionName} failed (${condition}) and has no on-failure destination`,
        );
      }
      this.#done(event);
      return;
    }
    const { requestId, payload, tries } = event;
    const record = destinationRecord(
      {
        requestId,
        functionArn: definition.arn,
        condition,
        approximateInvokeCount: tries,
        requestPayload: payload,
        ...(outcome === undefined ? {} : { outcome }),
      },
      this.#options.clock.now(),
    );
    this.#options
      .deliver(destinationArn, record)
      .catch((error: unknown) => {
        const text = `an event of ${definition.functionName} could not be sent to its destination ${destinationArn}`;
        this.#options.log.error(`${text}: ${String(error)}`);
      })
      .finally(() => this.#done(event));
  }

  /** What ends after everything else may be done once more after the next start. */
  #done(event: Event): void {
    if (this.#closing.signal.aborted) return;
    this.#kept.delete(event.requestId);
    this.#queues.remove(event);
    if (this.pending === 0) this.#drained();
  }
}
