import type { Clock } from '../clock.ts';
import { invalidRequest } from './errors.ts';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_UpdateEventConfigurations.html */
export const EVENT_TYPES = [
  'THING',
  'THING_GROUP',
  'THING_TYPE',
  'THING_GROUP_MEMBERSHIP',
  'THING_GROUP_HIERARCHY',
  'THING_TYPE_ASSOCIATION',
  'JOB',
  'JOB_EXECUTION',
  'POLICY',
  'CERTIFICATE',
  'CA_CERTIFICATE',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

const PUBLISHED: readonly EventType[] = ['THING', 'THING_GROUP_MEMBERSHIP'];

/** Which events of the registry are published: none at first, as in a new account. */
export class EventConfigurations {
  readonly creationDateMs: number;
  readonly #clock: Clock;
  readonly #enabled = new Set<EventType>();
  #lastModifiedDateMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.creationDateMs = clock.now();
    this.#lastModifiedDateMs = this.creationDateMs;
  }

  get lastModifiedDateMs(): number {
    return this.#lastModifiedDateMs;
  }

  isEnabled(type: EventType): boolean {
    return this.#enabled.has(type);
  }

  /** Throws `InvalidRequestException` for events that the laptop does not publish. */
  update(changes: readonly (readonly [type: EventType, enabled: boolean])[]): void {
    const unknown = changes.find(([type, enabled]) => enabled && !PUBLISHED.includes(type));
    if (unknown !== undefined) {
      throw invalidRequest(
        `The laptop does not publish events of the type ${unknown[0]}: it publishes ${PUBLISHED.join(' and ')}.`,
      );
    }
    for (const [type, enabled] of changes) {
      if (enabled) this.#enabled.add(type);
      else this.#enabled.delete(type);
    }
    this.#lastModifiedDateMs = this.#clock.now();
  }
}
