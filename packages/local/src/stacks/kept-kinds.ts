import type { ResourceKind } from './keepers.ts';

/** Kinds whose resources a data directory keeps: they stay as calls have left them while the template says the same. */
export const KEPT_KINDS: ReadonlySet<ResourceKind> = new Set([
  'buckets',
  'eventArchives',
  'eventBuses',
  'eventRules',
  'functionVersions',
  'logGroups',
  'policies',
  'queryDefinitions',
  'queues',
  'tables',
  'thingGroups',
  'things',
  'thingTypes',
  'topicRules',
]);
