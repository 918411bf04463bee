import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
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

interface Settings {
  readonly creationDateMs: number;
  readonly lastModifiedDateMs: number;
  readonly enabled: readonly EventType[];
}

/** There is one for the account. */
const KEY = 'account';

/** Which events of the registry are published: none at first, as in a new account. */
export class EventConfigurations {
  readonly #clock: Clock;
  readonly #kept: Map<string, Settings>;
  #settings: Settings;

  constructor(clock: Clock, collections: Collections) {
    this.#clock = clock;
    this.#kept = collections.open('eventConfigurations');
    const nowMs = clock.now();
    this.#settings = this.#kept.get(KEY) ?? {
      creationDateMs: nowMs,
      lastModifiedDateMs: nowMs,
      enabled: [],
    };
  }

  get creationDateMs(): number {
    return this.#settings.creationDateMs;
  }

  get lastModifiedDateMs(): number {
    return this.#settings.lastModifiedDateMs;
  }

  isEnabled(type: EventType): boolean {
    return this.#settings.enabled.includes(type);
  }

  /** Throws `InvalidRequestException` for events that the laptop does not publish. */
  update(changes: readonly (readonly [type: EventType, enabled: boolean])[]): void {
    const unknown = changes.find(([type, enabled]) => enabled && !PUBLISHED.includes(type));
    if (unknown !== undefined) {
      throw invalidRequest(
        `The laptop does not publish events of the type ${unknown[0]}: it publishes ${PUBLISHED.join(' and ')}.`,
      );
    }
    const enabled = new Set(this.#settings.enabled);
    for (const [type, isEnabled] of changes) {
      if (isEnabled) enabled.add(type);
      else enabled.delete(type);
    }
    this.#settings = {
      ...this.#settings,
      lastModifiedDateMs: this.#clock.now(),
      enabled: [...enabled],
    };
    this.#kept.set(KEY, this.#settings);
  }
}
