import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { QueueSender, RuntimeLog } from '../contracts.ts';
import type { Collections } from '../data/collections.ts';
import type { BusEvent } from './event.ts';
import type { Rule } from './rule.ts';
import type { SendToTarget, Shipment } from './send-to-target.ts';

type ExhaustedRetryCondition = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

interface FailedShipment {
  readonly shipment: Shipment;
  readonly error: unknown;
  /** What the error says. */
  readonly reason: string;
  readonly retries: number;
  /** Absent for what is not tried again. */
  readonly condition: ExhaustedRetryCondition | undefined;
}

const CODES: readonly (readonly [code: string, error: RegExp])[] = [
  ['INVALID_JSON', /InvalidJson|InvalidExecutionInput|InvalidRequestContent/],
  ['NO_PERMISSIONS', /AccessDenied/],
  ['NO_RESOURCE', /NotFound|NonExistent|DoesNotExist/],
  ['RESOURCE_ALREADY_EXISTS', /AlreadyExists/],
  ['THROTTLING', /Throttl|TooManyRequests/],
];

/** EventBridge's own name of what went wrong, of those that its user guide lists for dead-letter queues. */
function errorCodeOf(error: unknown): string {
  if (!(error instanceof AwsError)) return 'INTERNAL_ERROR';
  const code = CODES.find(([, pattern]) => pattern.test(error.code))?.[0];
  return code ?? (error.status >= 500 ? 'ERROR_FROM_TARGET' : 'INVALID_PARAMETER');
}

/**
 * The attributes of the message that holds an event which could not be delivered.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function deadLetterAttributes(failed: FailedShipment): Readonly<Record<string, string>> {
  const { rule, target } = failed.shipment;
  return {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.arn,
    ERROR_CODE: errorCodeOf(failed.error),
    // SQS takes no empty attribute.
    ERROR_MESSAGE: failed.reason === '' ? 'Unknown' : failed.reason,
    ...(failed.condition === undefined
      ? {}
      : { EXHAUSTED_RETRY_CONDITION: failed.condition, RETRY_ATTEMPTS: String(failed.retries) }),
  };
}

/** An event as it is kept: without what its text says. */
export type KeptEvent = Omit<BusEvent, 'value'>;

export function toKept({ id, timeMs, ingestedAtMs, text }: BusEvent): KeptEvent {
  return { id, timeMs, ingestedAtMs, text };
}

export function fromKept(event: KeptEvent): BusEvent {
  return { ...event, value: JSON.parse(event.text) };
}

interface DeliveryOptions {
  readonly send: SendToTarget;
  readonly queues: QueueSender;
  readonly clock: Clock;
  /** Keeps what is not delivered yet. */
  readonly collections: Collections;
  readonly log: RuntimeLog;
  /** In [0, 1), for the jitter of retries; `Math.random` when absent. */
  readonly random?: () => number;
}

/** One event on its way to a target, by an id. */
interface Parcel extends Shipment {
  readonly id: string;
}

interface KeptParcel {
  readonly ruleArn: string;
  readonly targetId: string;
  readonly event: KeptEvent;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/**
 * Delivers events to targets: in the order in which they came, but for what has to be tried again. What the target's
 * service refuses for good, or for too long, goes to the target's dead-letter queue, or is dropped with a warning.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #kept: Map<string, KeptParcel>;
  readonly #closing = new AbortController();
  /** By target, the end of what has been handed to it. */
  readonly #last = new Map<string, Promise<void>>();
  readonly #pending = new Set<Promise<void>>();

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#kept = options.collections.open('eventDeliveries');
  }

  /** Returns at once. */
  deliver(shipment: Shipment): void {
    const { rule, target, event } = shipment;
    const id = randomUUID();
    this.#kept.set(id, { ruleArn: rule.arn, targetId: target.id, event: toKept(event) });
    this.#queue({ ...shipment, id });
  }

  /** Goes on with what an earlier runtime has not delivered; what has lost its rule or its target is dropped. */
  resume(rules: readonly Rule[]): void {
    for (const [id, { ruleArn, targetId, event }] of [...this.#kept]) {
      const rule = rules.find(({ arn }) => arn === ruleArn);
      const target = rule?.targets.find((one) => one.id === targetId);
      if (rule !== undefined && target !== undefined)
        this.#queue({ id, rule, target, event: fromKept(event) });
      else {
        this.#options.log.warn(
          `the event ${event.id} is dropped: ${ruleArn} no longer has the target ${targetId}`,
        );
        this.#kept.delete(id);
      }
    }
  }

  #queue(shipment: Parcel): void {
    const key = `${shipment.rule.arn}\n${shipment.target.id}`;
    const before = this.#last.get(key) ?? Promise.resolve();
    const handedOver = before.then(() => this.#try(shipment, 0));
    this.#last.set(key, handedOver);
    this.#track(
      handedOver.then(() => {
        if (this.#last.get(key) === handedOver) this.#last.delete(key);
      }),
    );
  }

  /** Ends the waiting for retries; what is on its way arrives. */
  async close(): Promise<void> {
    this.#closing.abort();
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Tries of one event: never rejects, so that what follows is delivered whatever comes of it. */
  async #try(shipment: Parcel, retries: number): Promise<void> {
    try {
      await this.#options.send(shipment);
    } catch (error) {
      await this.#failed(shipment, retries, error);
      return;
    }
    this.#kept.delete(shipment.id);
  }

  async #failed(shipment: Parcel, retries: number, error: unknown): Promise<void> {
    if (!isRetriable(error)) return this.#giveUp(shipment, error, retries);
    const delayMs = this.#retryDelayMs(retries);
    const condition = this.#exhausted(shipment, retries, delayMs);
    if (condition !== undefined) return this.#giveUp(shipment, error, retries, condition);
    if (retries === 0) {
      this.#options.log.warn(`${failureOf(shipment)}, and is tried again: ${reasonOf(error)}`);
    }
    // Not waited for: events behind this one are not held up.
    this.#track(this.#retry(shipment, retries + 1, delayMs));
  }

  async #retry(shipment: Parcel, retries: number, delayMs: number): Promise<void> {
    try {
      await this.#options.clock.sleep(delayMs, this.#closing.signal);
    } catch (error) {
      const { collections, log } = this.#options;
      const { rule, target, event } = shipment;
      const hasEnded = this.#closing.signal.aborted;
      if (hasEnded && collections.areKept) return;
      const reason = hasEnded ? 'the runtime has ended' : String(error);
      log.warn(`the event ${event.id} did not reach ${target.arn} (${rule.settings.name}): ${reason}`);
      return;
    }
    await this.#try(shipment, retries);
  }

  #exhausted(
    { target, event }: Shipment,
    retries: number,
    delayMs: number,
  ): ExhaustedRetryCondition | undefined {
    if (retries >= target.maximumRetryAttempts) return 'MaximumRetryAttempts';
    const ageMs = this.#options.clock.now() + delayMs - event.ingestedAtMs;
    return ageMs > target.maximumEventAgeInSeconds * 1000 ? 'MaximumEventAgeInSeconds' : undefined;
  }

  /** Twice as long each time, and up to half of it less, so that not all come at once. */
  #retryDelayMs(retries: number): number {
    const { random = Math.random } = this.#options;
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** retries, LONGEST_RETRY_MS);
    return Math.round(delayMs * (1 - random() / 2));
  }

  async #giveUp(
    shipment: Parcel,
    error: unknown,
    retries: number,
    condition?: ExhaustedRetryCondition,
  ): Promise<void> {
    await this.#bury(shipment, error, retries, condition);
    this.#kept.delete(shipment.id);
  }

  async #bury(
    shipment: Parcel,
    error: unknown,
    retries: number,
    condition?: ExhaustedRetryCondition,
  ): Promise<void> {
    const { log, queues } = this.#options;
    const { target, event } = shipment;
    const [reason, failure] = [reasonOf(error), failureOf(shipment)];
    if (target.deadLetterQueueArn === undefined) {
      log.warn(`${failure}, and is dropped: ${errorCodeOf(error)}, ${reason}`);
      return;
    }
    const attributes = deadLetterAttributes({ shipment, error, reason, retries, condition });
    try {
      await queues.sendMessage(target.deadLetterQueueArn, event.text, { attributes });
    } catch (sendError) {
      log.error(`${failure}, nor sent to its dead-letter queue: ${reason}; ${String(sendError)}`);
    }
  }

  #track(work: Promise<void>): void {
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }
}

function failureOf({ rule, target, event }: Shipment): string {
  return `the event ${event.id} could not be delivered to ${target.arn} by the rule ${rule.settings.name}`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a service refuses because of the request is refused the next time, too; and a bug of the runtime stays one. */
function isRetriable(error: unknown): boolean {
  if (!(error instanceof AwsError)) return false;
  return error.status >= 500 || error.status === 429 || /Throttl|TooManyRequests/.test(error.code);
}
