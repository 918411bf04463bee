import {
  createActivity,
  deleteActivity,
  describeActivity,
  getActivityTask,
  listActivities,
} from './activity-operations.ts';
import {
  createStateMachineAlias,
  deleteStateMachineAlias,
  describeStateMachineAlias,
  listStateMachineAliases,
  updateStateMachineAlias,
} from './alias-operations.ts';
import { getExecutionHistory } from './execution-history.ts';
import {
  describeExecution,
  listExecutions,
  startExecution,
  startSyncExecution,
  stopExecution,
} from './execution-operations.ts';
import { createStateMachine, deleteStateMachine, updateStateMachine } from './machine-changes.ts';
import {
  describeStateMachine,
  describeStateMachineForExecution,
  listStateMachines,
} from './machine-operations.ts';
import { describeMapRun, listMapRuns, updateMapRun } from './map-run-operations.ts';
import type { Operation } from './operations.ts';
import { redriveExecution } from './redrive.ts';
import { listTagsForResource, tagResource, untagResource } from './tag-operations.ts';
import { sendTaskFailure, sendTaskHeartbeat, sendTaskSuccess } from './task-operations.ts';
import { testState } from './test-state.ts';
import { validateStateMachineDefinition } from './validate-definition.ts';
import {
  deleteStateMachineVersion,
  listStateMachineVersions,
  publishStateMachineVersion,
} from './version-operations.ts';

/** The operations of the API, by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['CreateActivity', createActivity],
  ['CreateStateMachine', createStateMachine],
  ['CreateStateMachineAlias', createStateMachineAlias],
  ['DeleteActivity', deleteActivity],
  ['DeleteStateMachine', deleteStateMachine],
  ['DeleteStateMachineAlias', deleteStateMachineAlias],
  ['DeleteStateMachineVersion', deleteStateMachineVersion],
  ['DescribeActivity', describeActivity],
  ['DescribeExecution', describeExecution],
  ['DescribeMapRun', describeMapRun],
  ['DescribeStateMachine', describeStateMachine],
  ['DescribeStateMachineAlias', describeStateMachineAlias],
  ['DescribeStateMachineForExecution', describeStateMachineForExecution],
  ['GetActivityTask', getActivityTask],
  ['GetExecutionHistory', getExecutionHistory],
  ['ListActivities', listActivities],
  ['ListExecutions', listExecutions],
  ['ListMapRuns', listMapRuns],
  ['ListStateMachineAliases', listStateMachineAliases],
  ['ListStateMachines', listStateMachines],
  ['ListStateMachineVersions', listStateMachineVersions],
  ['ListTagsForResource', listTagsForResource],
  ['PublishStateMachineVersion', publishStateMachineVersion],
  ['RedriveExecution', redriveExecution],
  ['SendTaskFailure', sendTaskFailure],
  ['SendTaskHeartbeat', sendTaskHeartbeat],
  ['SendTaskSuccess', sendTaskSuccess],
  ['StartExecution', startExecution],
  ['StartSyncExecution', startSyncExecution],
  ['StopExecution', stopExecution],
  ['TagResource', tagResource],
  ['TestState', testState],
  ['UntagResource', untagResource],
  ['UpdateMapRun', updateMapRun],
  ['UpdateStateMachine', updateStateMachine],
  ['UpdateStateMachineAlias', updateStateMachineAlias],
  ['ValidateStateMachineDefinition', validateStateMachineDefinition],
]);
