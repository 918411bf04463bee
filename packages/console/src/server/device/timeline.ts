import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { TimelineLine } from '../../contract/device.ts';
import type { LifecycleEvent } from '../../contract/live.ts';
import { readLifecycleEvent } from '../live/lifecycle-event.ts';

/** CloudWatch Logs reads from the oldest on: so the newest slice first, and each before it wider. */
const FIRST_SLICE_MS = 3_600_000;
const GROWTH = 6;
/** Of one answer; the page asks on. */
const ENOUGH = 100;
/** Of one slice, the newest: a device that is updated all the time fills no memory. */
const MAX_OF_SLICE = 500;

interface TimelineRequest {
  readonly client: CloudWatchLogsClient;
  readonly logGroupName: string;
  readonly deviceId: string;
  /** What the stack's clock says. All times are epoch milliseconds. */
  readonly nowMs: number;
  /** Up to when; to the newest when left out. */
  readonly beforeMs?: number | undefined;
  readonly fromMs: number;
  readonly signal: AbortSignal;
}

/**
 * The lifecycle events of a device out of their log group, the newest slices of time first, until there are enough or
 * `fromMs` is reached; then from when on they are told. Errors are those of the SDK.
 */
export async function* timelineOf(request: TimelineRequest): AsyncGenerator<TimelineLine> {
  const { fromMs, nowMs, beforeMs } = request;
  let endTime = beforeMs;
  let count = 0;
  for (let widthMs = FIRST_SLICE_MS; ; widthMs *= GROWTH) {
    const startTime = Math.max(fromMs, (endTime ?? nowMs) - widthMs, 0);
    const slice = await readSlice(request, startTime, endTime);
    for (const event of slice.events) yield { event };
    count += slice.events.length;
    endTime = slice.fromMs;
    if (count >= ENOUGH || endTime <= Math.max(fromMs, 0)) break;
  }
  yield { end: { fromMs: endTime } };
}

interface Slice {
  readonly events: readonly LifecycleEvent[];
  /** All since then are told. */
  readonly fromMs: number;
}

async function readSlice(
  { client, logGroupName, deviceId, signal }: TimelineRequest,
  startTime: number,
  endTime: number | undefined,
): Promise<Slice> {
  // The id as a phrase, since the laptop's runtime knows no other patterns; it finds others that contain it too.
  const filterPattern = `"${deviceId}"`;
  const input = { logGroupName, startTime, filterPattern, ...(endTime !== undefined && { endTime }) };
  const found: { readonly timestamp: number; readonly event: LifecycleEvent }[] = [];
  let isCut = false;
  for await (const { events = [] } of paginateFilterLogEvents({ client }, input, { abortSignal: signal })) {
    for (const { message = '', timestamp = startTime } of events) {
      const event = readLifecycleEvent(message);
      if (event?.deviceId === deviceId) found.push({ timestamp, event });
    }
    isCut = found.splice(0, found.length - MAX_OF_SLICE).length > 0 || isCut;
  }
  const [oldest] = found;
  return {
    events: found.map(({ event }) => event),
    // Others of the same millisecond may have been cut off.
    fromMs: isCut && oldest !== undefined ? oldest.timestamp + 1 : startTime,
  };
}
