import type { QueryLanguageName, StateType } from '../definition.ts';

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const FLOW = ['Next', 'End', 'Assign'];
const RECOVERY = ['Retry', 'Catch'];

const DATA = ['InputPath', 'OutputPath'];
const RESULT = ['Parameters', 'ResultPath'];

/** The fields of each type of state, by language. https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html */
export const STATE_FIELDS: Readonly<
  Record<QueryLanguageName, Readonly<Record<StateType, readonly string[]>>>
> = {
  JSONata: {
    Task: [
      ...COMMON,
      ...FLOW,
      'Output',
      ...RECOVERY,
      'Resource',
      'Arguments',
      'TimeoutSeconds',
      'HeartbeatSeconds',
    ],
    Pass: [...COMMON, ...FLOW, 'Output'],
    Choice: [...COMMON, 'Choices', 'Default', 'Assign', 'Output'],
    Wait: [...COMMON, ...FLOW, 'Output', 'Seconds', 'Timestamp'],
    Succeed: [...COMMON, 'Output'],
    Fail: [...COMMON, 'Error', 'Cause'],
    Parallel: [...COMMON, ...FLOW, 'Output', ...RECOVERY, 'Branches', 'Arguments'],
    Map: [
      ...COMMON,
      ...FLOW,
      'Output',
      ...RECOVERY,
      'Items',
      'ItemSelector',
      'MaxConcurrency',
      'ItemProcessor',
    ],
  },
  JSONPath: {
    Task: [
      ...COMMON,
      ...FLOW,
      ...DATA,
      ...RESULT,
      'ResultSelector',
      ...RECOVERY,
      'Resource',
      'TimeoutSeconds',
      'TimeoutSecondsPath',
      'HeartbeatSeconds',
      'HeartbeatSecondsPath',
    ],
    Pass: [...COMMON, ...FLOW, ...DATA, ...RESULT, 'Result'],
    Choice: [...COMMON, ...DATA, 'Choices', 'Default', 'Assign'],
    Wait: [...COMMON, ...FLOW, ...DATA, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
    Succeed: [...COMMON, ...DATA],
    Fail: [...COMMON, 'Error', 'ErrorPath', 'Cause', 'CausePath'],
    Parallel: [...COMMON, ...FLOW, ...DATA, ...RESULT, 'ResultSelector', ...RECOVERY, 'Branches'],
    Map: [
      ...COMMON,
      ...FLOW,
      ...DATA,
      ...RESULT,
      'ResultSelector',
      ...RECOVERY,
      'ItemsPath',
      'ItemSelector',
      'MaxConcurrency',
      'MaxConcurrencyPath',
      'ItemProcessor',
      'Iterator',
    ],
  },
};
