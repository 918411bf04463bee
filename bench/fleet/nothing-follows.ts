import {
  createTimers as createAll,
  type Timed,
  type Timers,
  type TimersOptions,
} from '@device-lifecycle/local/schedules/schedules.ts';
import {
  createEventSourceMappings as createMappings,
  type EventSourceMappings,
  type EventSourceMappingsOptions,
} from '@device-lifecycle/local/streams/event-source-mappings.ts';

/** The runtime's, with every mapping as `Enabled: false` would have it. */
export function createEventSourceMappings(options: EventSourceMappingsOptions): EventSourceMappings {
  const mappings = createMappings(options);
  const { keeper } = mappings;
  return { ...mappings, keeper: { ...keeper, put: (one) => keeper.put({ ...one, enabled: false }) } };
}

/** The same for schedules, and rules that have one. */
export function createTimers<T extends Timed>(options: TimersOptions<T>): Timers<T> {
  const timers = createAll(options);
  const { keeper } = timers;
  return { ...timers, keeper: { ...keeper, put: (one) => keeper.put({ ...one, enabled: false }) } };
}
