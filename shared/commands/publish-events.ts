import { type StreamedWrite, toLifecycleEvent } from '../domain/events.ts';
import type { LifecycleEvent } from '../domain/lifecycle-event.ts';
import type { EventBus, Timing } from '../ports.ts';

/** An event, by the position of the write that it tells of. */
interface Told {
  readonly position: number;
  readonly event: LifecycleEvent;
}

export interface PublishEventsResult {
  readonly published: readonly Told[];
  /** The first write that is to be told again, and all after it. */
  readonly failure?: { readonly position: number; readonly error: Error };
}

type Failure = NonNullable<PublishEventsResult['failure']>;

/** The events up to the first write that none can be told of. */
function tell(writes: Iterable<StreamedWrite>): {
  readonly events: readonly Told[];
  readonly failure?: Failure;
} {
  const events: Told[] = [];
  let position = 0;
  try {
    for (const write of writes) {
      const event = toLifecycleEvent(write);
      if (event !== undefined) events.push({ position, event });
      position += 1;
    }
  } catch (error) {
    return { events, failure: { position, error: error as Error } };
  }
  return { events };
}

/** Cut so that none has two events of a device: what is sent together may arrive in any order, or in part. */
function cutByDevice(events: readonly Told[]): readonly (readonly Told[])[] {
  const parts: Told[][] = [];
  let devices = new Set<string>();
  for (const told of events) {
    const { deviceId } = told.event.detail;
    if (parts.length === 0 || devices.has(deviceId)) {
      parts.push([]);
      devices = new Set();
    }
    parts.at(-1)?.push(told);
    devices.add(deviceId);
  }
  return parts;
}

/** What the bus has taken of a part, and the first that it has not. */
async function publish(part: readonly Told[], bus: EventBus, timing: Timing): Promise<PublishEventsResult> {
  const untaken = await bus.put(
    part.map(({ event }) => event),
    timing,
  );
  const published = part.filter(({ event }) => !untaken.has(event));
  const [first] = part.flatMap(({ position, event }) => {
    const error = untaken.get(event);
    return error === undefined ? [] : [{ position, error }];
  });
  return { published, ...(first !== undefined && { failure: first }) };
}

/**
 * Tells other systems of what was written, in order: an event of a device is sent once the one before it has been taken,
 * and none after one that was not. What is told again is told under the same id.
 * @param writes may throw for one that cannot be read, after those before it
 */
export async function publishEvents(
  writes: Iterable<StreamedWrite>,
  { bus, ...timing }: Timing & { readonly bus: EventBus },
): Promise<PublishEventsResult> {
  const { events, failure } = tell(writes);
  const published: Told[] = [];
  for (const part of cutByDevice(events)) {
    const result = await publish(part, bus, timing);
    published.push(...result.published);
    if (result.failure !== undefined) return { published, failure: result.failure };
  }
  return { published, ...(failure !== undefined && { failure }) };
}
