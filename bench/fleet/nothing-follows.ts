import {
  createSchedules as createAll,
  type Schedules,
  type SchedulesOptions,
} from '../../local/schedules/schedules.ts';
import {
  type EventSourceMappings,
  type EventSourceMappingsOptions,
  startEventSourceMappings as startMappings,
} from '../../local/streams/event-source-mappings.ts';

/** The runtime's, with every mapping as `Enabled: false` would have it. */
export const startEventSourceMappings = (options: EventSourceMappingsOptions): Promise<EventSourceMappings> =>
  startMappings({
    ...options,
    mappings: options.mappings.map((mapping) => ({ ...mapping, enabled: false })),
  });

/** The same for schedules. */
export function createSchedules(options: SchedulesOptions): Schedules {
  const schedules = createAll(options);
  const { keeper } = schedules;
  return { ...schedules, keeper: { ...keeper, put: (one) => keeper.put({ ...one, enabled: false }) } };
}
