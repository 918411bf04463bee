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
import { sendTaskFailure, sendTaskHeartbeat, sendTaskSuccess } from './task-operations.ts';
import { validateStateMachineDefinition } from './validate-definition.ts';

/** The operations of the API, by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['CreateStateMachine', createStateMachine],
  ['DeleteStateMachine', deleteStateMachine],
  ['DescribeExecution', describeExecution],
  ['DescribeMapRun', describeMapRun],
  ['DescribeStateMachine', describeStateMachine],
  ['DescribeStateMachineForExecution', describeStateMachineForExecution],
  ['GetExecutionHistory', getExecutionHistory],
  ['ListExecutions', listExecutions],
  ['ListMapRuns', listMapRuns],
  ['ListStateMachines', listStateMachines],
  ['RedriveExecution', redriveExecution],
  ['SendTaskFailure', sendTaskFailure],
  ['SendTaskHeartbeat', sendTaskHeartbeat],
  ['SendTaskSuccess', sendTaskSuccess],
  ['StartExecution', startExecution],
  ['StartSyncExecution', startSyncExecution],
  ['StopExecution', stopExecution],
  ['UpdateMapRun', updateMapRun],
  ['UpdateStateMachine', updateStateMachine],
  ['ValidateStateMachineDefinition', validateStateMachineDefinition],
]);
