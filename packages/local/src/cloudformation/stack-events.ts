import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
import type { StackEvent } from './stack-record.ts';

/** For how long CloudFormation tells of what happened. */
const KEPT_MS = 90 * 24 * 3_600_000;

const STACK_TYPE = 'AWS::CloudFormation::Stack';

type NewEvent = Omit<StackEvent, 'eventId' | 'timestampMs'>;

/** What happened to stacks. */
export class StackEvents {
  readonly #clock: Clock;
  readonly #kept: Map<string, StackEvent>;
  /** By stack id, the oldest first. */
  readonly #byStack = new Map<string, StackEvent[]>();

  constructor(collections: Collections, clock: Clock) {
    this.#clock = clock;
    this.#kept = collections.open('cloudformation-events');
    const forgottenBefore = clock.now() - KEPT_MS;
    for (const [key, event] of [...this.#kept]) {
      if (event.timestampMs < forgottenBefore) this.#kept.delete(key);
      else this.#index(event);
    }
  }

  add(event: NewEvent): StackEvent {
    const timestampMs = this.#clock.now();
    const isOfStack = event.type === STACK_TYPE && event.logicalId === event.stackName;
    const eventId = isOfStack
      ? randomUUID()
      : `${event.logicalId}-${event.status}-${new Date(timestampMs).toISOString()}-${randomUUID().slice(0, 8)}`;
    const added = { ...event, eventId, timestampMs };
    this.#kept.set(eventId, added);
    this.#index(added);
    return added;
  }

  /** The newest first. */
  ofStack(stackId: string): readonly StackEvent[] {
    return (this.#byStack.get(stackId) ?? []).toReversed();
  }

  #index(event: StackEvent): void {
    const events = this.#byStack.get(event.stackId);
    if (events === undefined) this.#byStack.set(event.stackId, [event]);
    else events.push(event);
  }
}

/** What an event of a stack itself is about. */
export const ofStackItself = (stackName: string, stackId: string) => ({
  logicalId: stackName,
  physicalId: stackId,
  type: STACK_TYPE,
});
