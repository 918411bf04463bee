import type { StateType } from '../definition.ts';
import type { JsonObject } from '../json.ts';
import type { Findings } from './diagnostics.ts';
import {
  checkAssign,
  checkString,
  DISTRIBUTED_FIELDS,
  JSONPATH_DISTRIBUTED_FIELDS,
  refuseUnknownFields,
} from './fields.ts';
import { STATE_FIELDS } from './state-fields.ts';
import { validateChoice } from './validate-choice.ts';
import type { ValidateContainer } from './validate-container.ts';
import { isDistributedMap } from './validate-distributed-map.ts';
import { validateFail } from './validate-fail.ts';
import { validateExpressions } from './validate-jsonata.ts';
import { validateMap } from './validate-map.ts';
import { validateParallel } from './validate-parallel.ts';
import { checkPath, checkPayload, checkResultPath } from './validate-paths.ts';
import { validateCatch, validateRetry } from './validate-recovery.ts';
import { validateTask } from './validate-task.ts';
import { validateWait } from './validate-wait.ts';

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
  const { Type, Comment } = state;
  if (!findings.require(state, ['Type'])) return;
  if (typeof Type !== 'string' || !isStateType(Type)) {
    const told = typeof Type === 'string' ? `'${Type}'` : JSON.stringify(Type);
    findings.at('Type').add(`${told} is not a type of state`);
    return;
  }
  const fields = STATE_FIELDS[findings.language][Type];
  refuseUnknownFields(
    findings,
    state,
    isDistributedMap(state) ? [...fields, ...distributedFields(findings)] : fields,
  );
  checkString(findings.at('Comment'), Comment);
  if (fields.includes('Next')) checkFlow(findings, state);
  checkAssign(findings.at('Assign'), state['Assign']);
  validateDataFlow(findings, state);
  validateRetry(findings.at('Retry'), state['Retry']);
  validateCatch(findings.at('Catch'), state['Catch']);
  VALIDATORS[Type](findings, state, validateContainer);
}

function distributedFields({ language }: Findings): readonly string[] {
  return language === 'JSONata' ? DISTRIBUTED_FIELDS : JSONPATH_DISTRIBUTED_FIELDS;
}

/** Checks what a state makes of its input and its result. */
function validateDataFlow(findings: Findings, state: JsonObject): void {
  if (findings.language === 'JSONata') {
    validateExpressions(findings.at('Output'), state['Output']);
    validateExpressions(findings.at('Arguments'), state['Arguments']);
    return;
  }
  for (const field of ['InputPath', 'OutputPath']) {
    if (state[field] !== null) checkPath(findings.at(field), state[field]);
  }
  for (const field of ['Parameters', 'ResultSelector']) checkPayload(findings.at(field), state[field]);
  checkResultPath(findings.at('ResultPath'), state['ResultPath']);
}

function isStateType(type: string): type is StateType {
  return Object.hasOwn(VALIDATORS, type);
}

function checkFlow(findings: Findings, { Next, End }: JsonObject): void {
  if (End !== undefined && typeof End !== 'boolean') findings.at('End').add("'End' must be a boolean");
  if (typeof Next !== 'string' && Next !== undefined) findings.at('Next').add("'Next' must name a state");
  findings.oneOf({ ...(Next === undefined ? {} : { Next }), ...(End === true ? { End } : {}) }, [
    'Next',
    'End',
  ]);
}
