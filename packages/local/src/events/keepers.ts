import type { ResourceKeeper } from '../resource-keeper.ts';
import type { EventBuses } from './event-buses.ts';
import type { ArchiveResource, EventBusResource, RuleResource } from './resources.ts';

/** The keepers of EventBridge's resources. */
export interface EventsKeepers {
  /** One that has rules is not removed. */
  readonly eventBuses: ResourceKeeper<EventBusResource>;
  /** Rules with their targets. */
  readonly eventRules: ResourceKeeper<RuleResource>;
  readonly eventArchives: ResourceKeeper<ArchiveResource>;
}

export function createEventsKeepers(buses: EventBuses): EventsKeepers {
  return {
    eventBuses: {
      put: async (bus) => void buses.putBus(bus),
      remove: async ({ name }) => buses.deleteBus(name),
    },
    eventRules: {
      put: async (rule) => buses.putRuleWithTargets(rule),
      async remove({ name, eventBusName }) {
        const rule = buses.find(eventBusName)?.rules.get(name);
        if (rule !== undefined) buses.deleteRule(rule);
      },
    },
    eventArchives: {
      put: async (archive) => void buses.archives.put(archive),
      remove: async ({ archiveName }) => buses.archives.delete(archiveName),
    },
  };
}
