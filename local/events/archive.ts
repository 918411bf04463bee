import type { BusEvent } from './bus-event.ts';
import type { ArchiveResource } from './resources.ts';
import { compileEventPattern } from './rule.ts';

/** An archive of a bus, in memory. */
export interface Archive {
  readonly settings: ArchiveResource;
  readonly creationTimeMs: number;
  /** Keeps the event if it matches. */
  offer(event: BusEvent): void;
  /** What is kept at this time, in the order in which it came. */
  events(nowMs: number): readonly BusEvent[];
}

const DAY_MS = 86_400_000;
const MAX_EVENTS = 200_000;

/** Throws `InvalidEventPatternException`. */
export function createArchive(
  settings: ArchiveResource,
  creationTimeMs: number,
  warn: (message: string) => void,
  maxEvents = MAX_EVENTS,
): Archive {
  const { archiveName, retentionDays } = settings;
  const matches = compileEventPattern(settings.eventPattern);
  let kept: BusEvent[] = [];
  let hasWarned = false;

  /** Drops a hundredth at once, so that it seldom has to. */
  function makeRoom(): void {
    if (kept.length < maxEvents) return;
    if (!hasWarned)
      warn(`the archive ${archiveName} keeps ${maxEvents} events at most, and drops the oldest`);
    hasWarned = true;
    kept = kept.slice(Math.ceil(maxEvents / 100));
  }

  return {
    settings,
    creationTimeMs,
    offer(event) {
      if (!matches(event.value)) return;
      makeRoom();
      kept.push(event);
    },
    events(nowMs) {
      if (retentionDays > 0)
        kept = kept.filter(({ ingestedAtMs }) => ingestedAtMs > nowMs - retentionDays * DAY_MS);
      return kept;
    },
  };
}
