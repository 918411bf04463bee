import type { StateType } from '../definition.ts';
import type { JsonObject } from '../json.ts';
import type { Findings } from './diagnostics.ts';
import { checkAssign, checkEnum, checkString, DISTRIBUTED_FIELDS, refuseUnknownFields } from './fields.ts';
import { validateChoice } from './validate-choice.ts';
import type { ValidateContainer } from './validate-container.ts';
import { isDistributedMap } from './validate-distributed-map.ts';
import { validateFail } from './validate-fail.ts';
import { validateExpressions } from './validate-jsonata.ts';
import { validateMap } from './validate-map.ts';
import { validateParallel } from './validate-parallel.ts';
import { validateCatch, validateRetry } from './validate-recovery.ts';
import { validateTask } from './validate-task.ts';
import { validateWait } from './validate-wait.ts';

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const FLOW = ['Next', 'End', 'Assign', 'Output'];
const RECOVERY = ['Retry', 'Catch'];

/** The fields of each type of state. */
export const STATE_FIELDS: Readonly<Record<StateType, readonly string[]>> = {
  Task: [...COMMON, ...FLOW, ...RECOVERY, 'Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds'],
  Pass: [...COMMON, ...FLOW],
  Choice: [...COMMON, 'Choices', 'Default', 'Assign', 'Output'],
  Wait: [...COMMON, ...FLOW, 'Seconds', 'Timestamp'],
  Succeed: [...COMMON, 'Output'],
  Fail: [...COMMON, 'Error', 'Cause'],
  Parallel: [...COMMON, ...FLOW, ...RECOVERY, 'Branches', 'Arguments'],
  Map: [...COMMON, ...FLOW, ...RECOVERY, 'Items', 'ItemSelector', 'MaxConcurrency', 'ItemProcessor'],
};

type ValidateFields = (findings: Findings, state: JsonObject, validateContainer: ValidateContainer) => void;

/** Checks the fields that states of a type do not share with others. */
const VALIDATORS: Readonly<Record<StateType, ValidateFields>> = {
  Task: validateTask,
  Pass: () => undefined,
  Choice: validateChoice,
  Wait: validateWait,
  Succeed: () => undefined,
  Fail: validateFail,
  Parallel: validateParallel,
  Map: validateMap,
};

/** Checks one state. */
export function validateState(
  findings: Findings,
  state: JsonObject,
  validateContainer: ValidateContainer,
): void {
  const { Type, QueryLanguage, Comment } = state;
  if (!findings.require(state, ['Type'])) return;
  if (typeof Type !== 'string' || !isStateType(Type)) {
    const told = typeof Type === 'string' ? `'${Type}'` : JSON.stringify(Type);
    findings.at('Type').add(`${told} is not a type of state`);
    return;
  }
  const fields = isDistributedMap(state) ? [...STATE_FIELDS.Map, ...DISTRIBUTED_FIELDS] : STATE_FIELDS[Type];
  refuseUnknownFields(findings, state, fields);
  checkString(findings.at('Comment'), Comment);
  if (QueryLanguage === 'JSONPath') {
    findings.tell("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
  } else checkEnum(findings.at('QueryLanguage'), QueryLanguage, ['JSONata', 'JSONPath']);
  if (STATE_FIELDS[Type].includes('Next')) checkFlow(findings, state);
  checkAssign(findings.at('Assign'), state['Assign']);
  validateExpressions(findings.at('Output'), state['Output']);
  validateExpressions(findings.at('Arguments'), state['Arguments']);
  validateRetry(findings.at('Retry'), state['Retry']);
  validateCatch(findings.at('Catch'), state['Catch']);
  VALIDATORS[Type](findings, state, validateContainer);
}

function isStateType(type: string): type is StateType {
  return Object.hasOwn(STATE_FIELDS, type);
}

function checkFlow(findings: Findings, { Next, End }: JsonObject): void {
  if (End !== undefined && typeof End !== 'boolean') findings.at('End').add("'End' must be a boolean");
  const ends = End === true;
  if (typeof Next !== 'string' && Next !== undefined) findings.at('Next').add("'Next' must name a state");
  if (ends === (Next !== undefined)) findings.add("it needs either 'Next' or 'End: true', and not both");
}
