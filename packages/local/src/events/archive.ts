import type { KeptList } from '../data/kept-list.ts';
import type { BusEvent } from './bus-event.ts';
import { type KeptEvent, toKept } from './kept-event.ts';
import type { ArchiveResource } from './resources.ts';
import { compileEventPattern } from './rule.ts';

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
