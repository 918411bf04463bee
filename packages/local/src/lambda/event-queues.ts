import type { AwsError } from '../aws.ts';
import { tooManyRequests } from './invocation.ts';

/** How much a function's queue of asynchronous invocations takes. */
export interface QueueLimits {
  readonly events: number;
  /** Of payloads and client contexts: memory is what they would exhaust first. */
  readonly bytes: number;
}

/** AWS's own is not told; this holds the heartbeats of half a minute, or some hundred of the largest messages. */
export const DEFAULT_QUEUE_LIMITS: QueueLimits = { events: 10_000, bytes: 64 * 1024 ** 2 };

interface Queue {
  events: number;
  bytes: number;
}

interface Queued {
  readonly functionName: string;
  readonly payload: string;
  readonly clientContext?: string;
}

const bytesOf = ({ payload, clientContext = '' }: Queued): number =>
  Buffer.byteLength(payload) + Buffer.byteLength(clientContext);

/**
 * What is in the queues of asynchronous invocations, from when an event is accepted until it is done with. Each function
 * has one of its own, so that a flood of heartbeats stands in the way of no other request.
 */
export class EventQueues {
  readonly #limits: QueueLimits;
  readonly #queues = new Map<string, Queue>();
  #events = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Of all functions. */
  get events(): number {
    return this.#events;
  }

  /** What to answer to an event for which there is no room: `TooManyRequestsException` (429). An empty queue takes any. */
  refusal(event: Queued): AwsError | undefined {
    const queue = this.#queues.get(event.functionName);
    if (queue === undefined || queue.events === 0) return undefined;
    const isFull = queue.events >= this.#limits.events || queue.bytes + bytesOf(event) > this.#limits.bytes;
    return isFull ? tooManyRequests('FunctionInvocationRateLimitExceeded') : undefined;
  }

  add(event: Queued): void {
    const { functionName } = event;
    const queue = this.#queues.get(functionName) ?? { events: 0, bytes: 0 };
    queue.events += 1;
    queue.bytes += bytesOf(event);
    this.#queues.set(functionName, queue);
    this.#events += 1;
  }

  remove(event: Queued): void {
    const queue = this.#queues.get(event.functionName);
    if (queue === undefined) return;
    queue.events -= 1;
    queue.bytes -= bytesOf(event);
    this.#events -= 1;
  }
}
