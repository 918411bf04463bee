import type { BusEvent } from './bus-event.ts';
import { fromKept, type KeptEvent, toKept } from './kept-event.ts';
import type { ArchiveResource } from './resources.ts';
import { compileEventPattern } from './rule.ts';

/** An archive of a bus. */
export interface Archive {
  readonly settings: ArchiveResource;
  readonly creationTimeMs: number;
  /** Keeps the event if it matches. */
  offer(event: BusEvent): void;
  /** What is kept at this time, in the order in which it came. */
  events(nowMs: number): readonly BusEvent[];
}

const DAY_MS = 86_400_000;
/** What is held in memory. */
const LIMITS = { events: 200_000, characters: 100_000_000 };

/** `stored` holds its events, by their ids. Throws `InvalidEventPatternException`. */
export function createArchive(
  settings: ArchiveResource,
  creationTimeMs: number,
  warn: (message: string) => void,
  stored: Map<string, KeptEvent>,
  limits = LIMITS,
): Archive {
  const { archiveName, retentionDays } = settings;
  const matches = compileEventPattern(settings.eventPattern);
  let kept: BusEvent[] = [...stored.values()].map(fromKept);
  let characters = kept.reduce((sum, { text }) => sum + text.length, 0);
  let hasWarned = false;

  function drop(count: number): void {
    for (const { id, text } of kept.slice(0, count)) {
      stored.delete(id);
      characters -= text.length;
    }
    kept = kept.slice(count);
  }

  /** Drops a hundredth at once, so that it seldom has to. */
  function makeRoom({ text }: BusEvent): void {
    const hasRoom = () => kept.length < limits.events && characters + text.length <= limits.characters;
    if (hasRoom()) return;
    if (!hasWarned) {
      warn(
        `the archive ${archiveName} keeps ${limits.events} events or ${limits.characters} characters at most, and drops the oldest`,
      );
    }
    hasWarned = true;
    while (kept.length > 0 && !hasRoom()) drop(Math.ceil(kept.length / 100));
  }

  return {
    settings,
    creationTimeMs,
    offer(event) {
      if (!matches(event.value)) return;
      makeRoom(event);
      stored.set(event.id, toKept(event));
      kept.push(event);
      characters += event.text.length;
    },
    events(nowMs) {
      const oldestMs = nowMs - retentionDays * DAY_MS;
      if (retentionDays > 0) drop(kept.filter(({ ingestedAtMs }) => ingestedAtMs <= oldestMs).length);
      return kept;
    },
  };
}
