import { AwsError } from '../aws.ts';
import type { Clock } from '../clock.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { notFound } from './errors.ts';
import {
  deltaOf,
  merged,
  metadataFor,
  SECTIONS,
  type Section,
  type ShadowState,
  type ShadowUpdate,
  stamped,
} from './shadow-document.ts';

export const THING_NAME = /^[a-zA-Z0-9:_-]{1,128}$/;
export const SHADOW_NAME = /^[$a-zA-Z0-9:_-]{1,64}$/;

/** A shadow's name: that of its thing, and its own where it is not the classic one. */
export interface ShadowName {
  readonly thingName: string;
  readonly shadowName?: string | undefined;
}

interface Shadow {
  readonly state: Readonly<Record<Section, ShadowState>>;
  readonly metadata: Readonly<Record<Section, ShadowState>>;
  readonly version: number;
  /** Epoch seconds. */
  readonly timestamp: number;
}

interface DeletedShadow {
  readonly version: number;
  readonly deletedAtMs: number;
}

/** What an update came to. */
interface UpdatedShadow {
  /** The answer: what was asked for, as it is now. */
  readonly accepted: object;
  /** What is desired and not reported so; absent without a difference. */
  readonly delta?: object;
  /** What it was and what it is, as `update/documents` tells it. */
  readonly documents: object;
}

/** How long a version outlives its shadow. */
const VERSION_KEPT_MS = 48 * 60 * 60 * 1_000;
const EMPTY = { desired: {}, reported: {} };

/** Device shadows, classic and named. Things need not exist for them. Source: AWS IoT developer guide, "Interacting with shadows". */
export class Shadows {
  readonly #clock: Clock;
  readonly #shadows: Map<string, Shadow>;
  readonly #deleted: Map<string, DeletedShadow>;

  constructor(clock: Clock, collections: Collections = memoryCollections) {
    this.#clock = clock;
    this.#shadows = collections.open('shadows');
    this.#deleted = collections.open('deletedShadows');
  }

  /** The whole document. Throws `ResourceNotFoundException`. */
  get(name: ShadowName): object {
    const { state, metadata, version } = this.#find(name);
    const delta = deltaOf(state.desired, state.reported);
    return {
      state: { ...present(state), ...(delta === undefined ? {} : { delta }) },
      metadata: present(metadata),
      version,
      timestamp: this.#now(),
    };
  }

  /** Throws `ConflictException` for another version than there is. */
  update(name: ShadowName, { state, version, clientToken }: ShadowUpdate): UpdatedShadow {
    const before = this.#shadows.get(key(name));
    const current = before?.version ?? this.#versionLeft(key(name));
    if (version !== undefined && version !== current)
      throw new AwsError('ConflictException', 'Version conflict', 409);
    const timestamp = this.#now();
    const after: Shadow = {
      state: sectionsAfter(before?.state ?? EMPTY, state, merged),
      metadata: sectionsAfter(before?.metadata ?? EMPTY, state, (old, change) =>
        stamped(old, change, timestamp),
      ),
      version: current + 1,
      timestamp,
    };
    this.#shadows.set(key(name), after);
    this.#deleted.delete(key(name));
    const token = clientToken === undefined ? {} : { clientToken };
    const common = { version: after.version, timestamp, ...token };
    return {
      accepted: { state, metadata: metadataOf(state, after), ...common },
      ...deltaMessage(after, common),
      documents: {
        ...(before === undefined ? {} : { previous: documentOf(before) }),
        current: documentOf(after),
        timestamp,
        ...token,
      },
    };
  }

  /** Throws `ResourceNotFoundException`. */
  delete(name: ShadowName): object {
    const { version } = this.#find(name);
    this.#shadows.delete(key(name));
    this.#deleted.set(key(name), { version, deletedAtMs: this.#clock.now() });
    return { version, timestamp: this.#now() };
  }

  /** The names of a thing's shadows, but for the classic one. */
  namesOf(thingName: string): string[] {
    const prefix = key({ thingName, shadowName: '' });
    const keys = [...this.#shadows.keys()].filter((one) => one.startsWith(prefix) && one !== prefix);
    return keys.map((one) => one.slice(prefix.length)).sort();
  }

  #find(name: ShadowName): Shadow {
    const shadow = this.#shadows.get(key(name));
    if (shadow === undefined) throw notFound(`No shadow exists with name: '${label(name)}'`);
    return shadow;
  }

  /** What a new shadow counts on from. */
  #versionLeft(id: string): number {
    const deleted = this.#deleted.get(id);
    return deleted !== undefined && this.#clock.now() - deleted.deletedAtMs <= VERSION_KEPT_MS
      ? deleted.version
      : 0;
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1_000);
  }
}

/** Neither name has a slash. */
function key({ thingName, shadowName = '' }: ShadowName): string {
  return `${thingName}/${shadowName}`;
}

function label({ thingName, shadowName }: ShadowName): string {
  return shadowName === undefined ? thingName : `${thingName}~${shadowName}`;
}

function sectionsAfter(
  before: Shadow['state'],
  change: ShadowUpdate['state'],
  combine: (old: ShadowState, change: ShadowState) => ShadowState,
): Shadow['state'] {
  const after = (section: Section): ShadowState => {
    const asked = change[section];
    if (asked === undefined) return before[section];
    return asked === null ? {} : combine(before[section], asked);
  };
  return { desired: after('desired'), reported: after('reported') };
}

/** Sections that hold something. */
function present(sections: Shadow['state']): object {
  return Object.fromEntries(
    SECTIONS.filter((section) => Object.keys(sections[section]).length > 0).map((section) => [
      section,
      sections[section],
    ]),
  );
}

function metadataOf(asked: ShadowUpdate['state'], { metadata }: Shadow): object {
  return Object.fromEntries(
    SECTIONS.flatMap((section) => {
      const state = asked[section];
      return state === undefined || state === null ? [] : [[section, metadataFor(state, metadata[section])]];
    }),
  );
}

function deltaMessage({ state, metadata }: Shadow, common: object): { delta?: object } {
  const delta = deltaOf(state.desired, state.reported);
  if (delta === undefined) return {};
  return { delta: { ...common, state: delta, metadata: metadataFor(delta, metadata.desired) } };
}

function documentOf({ state, metadata, version }: Shadow): object {
  return { state: present(state), metadata: present(metadata), version };
}
