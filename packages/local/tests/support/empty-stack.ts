import type { Stack } from '../../src/template/stack.ts';

/** A stack without any resources. */
export const EMPTY_STACK: Stack = {
  tables: [],
  functions: [],
  eventSourceMappings: [],
  schedules: [],
  events: { eventBuses: [], rules: [], archives: [] },
  rules: [],
  stateMachines: [],
  queues: [],
  buckets: [],
  iotLogLevel: 'DISABLED',
  policies: [],
  logGroups: [],
  queryDefinitions: [],
  notRun: [],
};
