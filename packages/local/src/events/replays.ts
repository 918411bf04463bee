import type { KeptEvent } from './kept-event.ts';

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
