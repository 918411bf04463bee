import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { TimelineLine } from '../../../contract/device.ts';
import type { LifecycleEvent } from '../../../contract/live.ts';
import type { Problem } from '../../../contract/problem.ts';
import { linesOf, pathOf, request } from '../../api/client.ts';
import { liveState, useLifecycle } from '../../api/live.ts';
import { problemOf } from '../../api/use-resource.ts';

/** How far is looked back at a time. */
const DAYS = 30;
/** An hour, which CloudWatch Logs is asked for in one go. */
const NEWEST_DAYS = 1 / 24;

export interface Timeline {
  /** Each once, in no order. */
  readonly events: readonly LifecycleEvent[];
  /** Since when all are there, in epoch milliseconds; absent until it is known. */
  readonly fromMs: number | undefined;
  readonly isLoading: boolean;
  readonly problem: Problem | undefined;
  /** Looks further back, or again after a problem. */
  older(): void;
}

/** The lifecycle events of a device: of the last time, as far back as is asked for, and as they happen. */
export function useTimeline(deviceId: string, onEvent: (event: LifecycleEvent) => void): Timeline {
  const [events, setEvents] = useState<ReadonlyMap<string, LifecycleEvent>>(new Map());
  const [fromMs, setFromMs] = useState<number>();
  const [isLoading, setLoading] = useState(true);
  const [problem, setProblem] = useState<Problem>();
  const gone = useRef(new AbortController());
  const add = (more: readonly LifecycleEvent[]) =>
    setEvents((before) => new Map([...before, ...more.map((event) => [event.id, event] as const)]));
  const isBusy = useRef(false);
  const load = async (beforeMs: number | undefined, days = DAYS) => {
    const { signal } = gone.current;
    isBusy.current = true;
    setLoading(true);
    setProblem(undefined);
    try {
      for await (const line of linesBefore(deviceId, beforeMs, days, signal)) {
        if ('event' in line) add([line.event]);
        else setFromMs((known) => Math.min(known ?? line.end.fromMs, line.end.fromMs));
      }
    } catch (error) {
      if (!signal.aborted) setProblem(problemOf(error));
    }
    if (signal.aborted) return;
    isBusy.current = false;
    setLoading(false);
  };
  useEffect(() => {
    gone.current = new AbortController();
    setEvents(new Map());
    setFromMs(undefined);
    void load(undefined);
    return () => gone.current.abort();
  }, [deviceId]);
  const hear = useCallback(
    ({ events: heard, counts }: Parameters<Parameters<typeof useLifecycle>[0]>[0]) => {
      const own = heard.filter((event) => event.deviceId === deviceId);
      if (own.length > 0) add(own);
      for (const event of own) onEvent(event);
      // Of a flood, not all are told.
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      if (total > heard.length && !isBusy.current) void load(undefined, NEWEST_DAYS);
    },
    [deviceId, onEvent],
  );
  useLifecycle(hear);
  const isLive = liveState.value === 'live';
  const wasLive = useRef(isLive);
  useEffect(() => {
    // What came after the first answer, and before anything was heard, is in neither.
    if (isLive && !wasLive.current) void load(undefined, NEWEST_DAYS);
    wasLive.current = isLive;
  }, [isLive]);
  return { events: [...events.values()], fromMs, isLoading, problem, older: () => void load(fromMs) };
}

/** Ends, without more ado, when the signal aborts between two lines. */
async function* linesBefore(
  deviceId: string,
  beforeMs: number | undefined,
  days: number,
  signal: AbortSignal,
): AsyncGenerator<TimelineLine> {
  const path = pathOf(`/devices/${encodeURIComponent(deviceId)}/timeline`, { beforeMs, days });
  for await (const line of linesOf<TimelineLine>(await request(path, { signal }))) {
    if (signal.aborted) return;
    yield line;
  }
}
