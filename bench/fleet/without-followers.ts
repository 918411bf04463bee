/**
 * `node --import` this before the runtime, and nothing follows the tables' streams or a schedule: what a fleet costs
 * without what comes after it. Takes the place of the modules that start event source mappings and schedules.
 */
import { registerHooks } from 'node:module';
import {
  createSchedules as createAllSchedules,
  createTimers as createAllTimers,
  type Schedules,
  type SchedulesOptions,
  type Timed,
  type Timers,
  type TimersOptions,
} from '@device-lifecycle/local/schedules/schedules.ts';
import {
  createEventSourceMappings as createAllMappings,
  type EventSourceMappings,
  type EventSourceMappingsOptions,
} from '@device-lifecycle/local/streams/event-source-mappings.ts';

const REPLACED = ['schedules/schedules.ts', 'streams/event-source-mappings.ts'].map((path) =>
  import.meta.resolve(`@device-lifecycle/local/${path}`),
);

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    return REPLACED.includes(resolved.url) ? { ...resolved, url: import.meta.url } : resolved;
  },
});

interface Keeping<T> {
  readonly keeper: { put(one: T): Promise<unknown> };
}

/** Keeps each as `Enabled: false` would have it. */
const disabled = <T, Service extends Keeping<T>>(service: Service): Service => ({
  ...service,
  keeper: { ...service.keeper, put: (one: T) => service.keeper.put({ ...one, enabled: false }) },
});

export const createEventSourceMappings = (options: EventSourceMappingsOptions): EventSourceMappings =>
  disabled(createAllMappings(options));

export const createTimers = <T extends Timed>(options: TimersOptions<T>): Timers<T> =>
  disabled(createAllTimers(options));

export const createSchedules = (options: SchedulesOptions): Schedules =>
  disabled(createAllSchedules(options));
