import type { Collections, KeptList } from '../data/collections.ts';
import { type KeptEvent, toKept } from './delivery.ts';
import { type BusEvent, notFound } from './event.ts';
import { type ArchiveResource, compileEventPattern } from './rule.ts';

/** An archive of a bus. */
export interface Archive {
  readonly settings: ArchiveResource;
  readonly creationTimeMs: number;
  /** Keeps the event if it matches. */
  offer(event: BusEvent): void;
  /** What is kept at this time, in the order in which it came. Nothing may be offered meanwhile. */
  events(nowMs: number): IteratorObject<KeptEvent>;
}

const DAY_MS = 86_400_000;
/** What is held on disk. */
const LIMITS = { events: 200_000, characters: 100_000_000 };

/** `stored` holds its events, the oldest first. Throws `InvalidEventPatternException`. */
export function createArchive(
  settings: ArchiveResource,
  creationTimeMs: number,
  warn: (message: string) => void,
  stored: KeptList<KeptEvent>,
  limits = LIMITS,
): Archive {
  const { archiveName, retentionDays } = settings;
  const matches = compileEventPattern(settings.eventPattern);
  let characters = stored.values().reduce((sum, { text }) => sum + text.length, 0);
  let hasWarned = false;

  function drop(count: number): void {
    characters -= stored
      .values()
      .take(count)
      .reduce((sum, { text }) => sum + text.length, 0);
    stored.removeOldest(count);
  }

  /** Drops a hundredth at once, so that it seldom has to. */
  function makeRoom({ text }: BusEvent): void {
    const hasRoom = () => stored.size < limits.events && characters + text.length <= limits.characters;
    if (hasRoom()) return;
    if (!hasWarned) {
      warn(
        `the archive ${archiveName} keeps ${limits.events} events or ${limits.characters} characters at most, and drops the oldest`,
      );
    }
    hasWarned = true;
    while (stored.size > 0 && !hasRoom()) drop(Math.ceil(stored.size / 100));
  }

  /** They have come in the order of their times. */
  function dropExpired(nowMs: number): void {
    const oldestMs = nowMs - retentionDays * DAY_MS;
    let expired = 0;
    for (const { ingestedAtMs } of stored.values()) {
      if (ingestedAtMs > oldestMs) break;
      expired += 1;
    }
    if (expired > 0) drop(expired);
  }

  return {
    settings,
    creationTimeMs,
    offer(event) {
      if (!matches(event.value)) return;
      makeRoom(event);
      stored.append(toKept(event));
      characters += event.text.length;
    },
    events(nowMs) {
      if (retentionDays > 0) dropExpired(nowMs);
      return stored.values();
    },
  };
}

interface ArchivesOptions {
  now(): number;
  /** Keeps archives with their events. */
  readonly collections: Collections;
  warn(message: string): void;
}

interface KeptArchive {
  readonly settings: ArchiveResource;
  readonly creationTimeMs: number;
}

/** The archives of an account. */
export class Archives {
  readonly #options: ArchivesOptions;
  readonly #kept: Map<string, KeptArchive>;
  readonly #archives = new Map<string, Archive>();
  /** The events of each archive that there has been: a list can be opened once. */
  readonly #events = new Map<string, KeptList<KeptEvent>>();

  constructor(options: ArchivesOptions) {
    this.#options = options;
    this.#kept = options.collections.open('eventArchives');
    for (const { settings, creationTimeMs } of this.#kept.values()) this.#add(settings, creationTimeMs);
  }

  all(): readonly Archive[] {
    return [...this.#archives.values()];
  }

  /** Throws `ResourceNotFoundException`. */
  get(archiveName: string): Archive {
    const archive = this.#archives.get(archiveName);
    if (archive === undefined) throw notFound(`Archive ${archiveName} does not exist.`);
    return archive;
  }

  /** Makes an archive, or changes the one of that name, which keeps its events. Throws `InvalidEventPatternException`. */
  put(settings: ArchiveResource): Archive {
    const { creationTimeMs } = this.#archives.get(settings.archiveName) ?? {
      creationTimeMs: this.#options.now(),
    };
    const archive = this.#add(settings, creationTimeMs);
    this.#kept.set(settings.archiveName, { settings, creationTimeMs });
    return archive;
  }

  /** With its events. */
  delete(archiveName: string): void {
    this.#archives.delete(archiveName);
    this.#kept.delete(archiveName);
    const events = this.#eventsOf(archiveName);
    events.removeOldest(events.size);
  }

  #add(settings: ArchiveResource, creationTimeMs: number): Archive {
    const { archiveName } = settings;
    const events = this.#eventsOf(archiveName);
    const archive = createArchive(settings, creationTimeMs, this.#options.warn, events);
    this.#archives.set(archiveName, archive);
    return archive;
  }

  #eventsOf(archiveName: string): KeptList<KeptEvent> {
    const { collections } = this.#options;
    const events =
      this.#events.get(archiveName) ?? collections.list<KeptEvent>(`archivedEvents/${archiveName}`);
    this.#events.set(archiveName, events);
    return events;
  }
}

/** A replay of an archive, which is done when it begins: what it hands on is delivered as other events are. */
export interface Replay {
  readonly replayName: string;
  readonly description?: string;
  readonly archiveArn: string;
  readonly destination: { readonly Arn: string; readonly FilterArns?: readonly string[] };
  readonly eventStartTimeMs: number;
  readonly eventEndTimeMs: number;
  readonly startedAtMs: number;
  readonly lastReplayedTimeMs?: number;
}

/** What of an archive is replayed: from `startMs` on and before `endMs`, by the time of the events. */
export function eventsToReplay(
  events: Iterable<KeptEvent>,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): readonly KeptEvent[] {
  const between: KeptEvent[] = [];
  for (const event of events) if (event.timeMs >= startMs && event.timeMs < endMs) between.push(event);
  return between.sort((one, other) => one.timeMs - other.timeMs);
}
