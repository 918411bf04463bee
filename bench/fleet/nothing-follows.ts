import {
  createSchedules as createAll,
  type Schedules,
  type SchedulesOptions,
} from '../../local/schedules/schedules.ts';
import {
  createEventSourceMappings as createMappings,
  type EventSourceMappings,
  type EventSourceMappingsOptions,
} from '../../local/streams/event-source-mappings.ts';

/** The runtime's, with every mapping as `Enabled: false` would have it. */
export function createEventSourceMappings(options: EventSourceMappingsOptions): EventSourceMappings {
  const mappings = createMappings(options);
  const { keeper } = mappings;
  return { ...mappings, keeper: { ...keeper, put: (one) => keeper.put({ ...one, enabled: false }) } };
}

/** The same for schedules. */
export function createSchedules(options: SchedulesOptions): Schedules {
  const schedules = createAll(options);
  const { keeper } = schedules;
  return { ...schedules, keeper: { ...keeper, put: (one) => keeper.put({ ...one, enabled: false }) } };
}
