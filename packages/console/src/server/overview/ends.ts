const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Today and thirty more: the retention that most have, from today on, ends within them. */
const DAYS = 31;
/** Ends are told apart by the minute within these, the others not at all, so that memory stays bounded. */
const HORIZON_MS = 40 * DAY_MS;

/** When retentions end, and how many of them. */
export interface Ends {
  add(endMs: number, by: 1 | -1): void;
  /** Over by then; those of 31 days, the first one that of `nowMs`, by the time zone of this process; and of later. */
  byDay(nowMs: number): {
    readonly expired: number;
    readonly byDay: readonly { readonly startMs: number; readonly count: number }[];
    readonly later: number;
  };
}

export function createEnds(startMs: number): Ends {
  const byMinute = new Map<number, number>();
  let beyond = 0;
  return {
    add(endMs, by) {
      if (endMs > startMs + HORIZON_MS) {
        beyond += by;
        return;
      }
      const minuteMs = Math.ceil(endMs / MINUTE_MS) * MINUTE_MS;
      byMinute.set(minuteMs, (byMinute.get(minuteMs) ?? 0) + by);
    },
    byDay(nowMs) {
      const midnights = midnightsFrom(nowMs, DAYS + 1);
      const counts = midnights.map(() => 0);
      let expired = 0;
      for (const [endMs, count] of byMinute) {
        if (endMs <= nowMs) expired += count;
        else {
          const day = dayOf(endMs, midnights);
          counts[day] = (counts[day] ?? 0) + count;
        }
      }
      return {
        expired,
        byDay: midnights.slice(0, DAYS).map((startMs, day) => ({ startMs, count: counts[day] ?? 0 })),
        later: beyond + (counts[DAYS] ?? 0),
      };
    },
  };
}

/** Days are not always 24 hours long. */
function midnightsFrom(nowMs: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(nowMs);
    day.setHours(0, 0, 0, 0);
    day.setDate(day.getDate() + index);
    return day.getTime();
  });
}

/** The last one for all that comes after it. */
function dayOf(atMs: number, midnights: readonly number[]): number {
  const [first = 0] = midnights;
  const last = midnights.length - 1;
  let day = Math.min(last, Math.floor((atMs - first) / DAY_MS));
  if (atMs < (midnights[day] ?? 0)) day -= 1;
  else if (day < last && atMs >= (midnights[day + 1] ?? 0)) day += 1;
  return day;
}
