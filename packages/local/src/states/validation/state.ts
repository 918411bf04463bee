import type { StateType } from '../definition.ts';
import { argumentProblems } from '../integrations/lambda.ts';
import { resourceRefusal } from '../integrations/run-task.ts';
import { withoutSuffix } from '../jsonpath/templates.ts';
import { MAX_WAIT_SECONDS } from '../simple-states.ts';
import { MAX_TIMEOUT_SECONDS } from '../task.ts';
import { isJsonObject, isTimestamp, type Json, type JsonObject } from '../values.ts';
import { validateChoice } from './choice.ts';
import { argumentsName, checkIntegerOf, checkValueOf } from './computed-fields.ts';
import {
  checkExpression,
  checkPath,
  checkPayload,
  checkResultPath,
  validateExpressions,
} from './expressions.ts';
import {
  checkAssign,
  checkInteger,
  checkString,
  DISTRIBUTED_FIELDS,
  JSONPATH_DISTRIBUTED_FIELDS,
  refuseUnknownFields,
  STATE_FIELDS,
} from './fields.ts';
import type { Findings } from './findings.ts';
import { isDistributedMap, type ValidateContainer, validateMap } from './map.ts';

/** Checks the fields of a Fail that are its own. */
export function validateFail(findings: Findings, state: JsonObject): void {
  for (const name of ['Error', 'Cause']) {
    checkString(findings.at(name), state[name]);
    if (findings.language === 'JSONata') validateExpressions(findings.at(name), state[name]);
    else checkComputed(findings, name, state);
  }
}

function checkComputed(findings: Findings, name: string, state: JsonObject): void {
  const pathName = `${name}Path`;
  if (state[pathName] === undefined) return;
  checkExpression(findings.at(pathName), pathName, state[pathName]);
  findings.atMostOneOf(state, [name, pathName]);
}

/** Checks the branches of a Parallel. */
export function validateParallel(
  findings: Findings,
  { Branches }: JsonObject,
  validateContainer: ValidateContainer,
): void {
  if (!Array.isArray(Branches) || Branches.length === 0) {
    findings.at('Branches').add("'Branches' must be an array of at least one branch");
    return;
  }
  for (const [index, branch] of Branches.entries()) {
    const own = findings.at('Branches').item(index);
    if (!isJsonObject(branch)) {
      own.add('a branch must be an object');
      continue;
    }
    refuseUnknownFields(own, branch, ['StartAt', 'States', 'Comment']);
    validateContainer(own, branch);
  }
}

export const RETRIER_FIELDS = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];
const CATCHER_FIELDS = ['ErrorEquals', 'Next', 'Assign', 'Comment'];
export const JSONATA_CATCHER_FIELDS = [...CATCHER_FIELDS, 'Output'];
export const JSONPATH_CATCHER_FIELDS = [...CATCHER_FIELDS, 'ResultPath'];

/** `MaxDelaySeconds` is less than a year, the life of an execution. */
const MAX_DELAY_SECONDS = 31_622_399;

/** Checks `Retry`. */
export function validateRetry(findings: Findings, retry: Json | undefined): void {
  eachOf(findings, retry, (own, retrier, isLast) => {
    if (!isJsonObject(retrier)) {
      own.add('a retrier must be an object');
      return;
    }
    refuseUnknownFields(own, retrier, RETRIER_FIELDS);
    checkErrorEquals(own.at('ErrorEquals'), retrier['ErrorEquals'], isLast);
    const { IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds, JitterStrategy } = retrier;
    checkGiven(own.at('IntervalSeconds'), IntervalSeconds, 1, 99_999_999);
    checkGiven(own.at('MaxAttempts'), MaxAttempts, 0, 99_999_999);
    checkGiven(own.at('MaxDelaySeconds'), MaxDelaySeconds, 1, MAX_DELAY_SECONDS);
    if (BackoffRate !== undefined && (typeof BackoffRate !== 'number' || BackoffRate < 1)) {
      own.at('BackoffRate').add("'BackoffRate' must be a number of at least 1");
    }
    if (JitterStrategy !== undefined && JitterStrategy !== 'FULL' && JitterStrategy !== 'NONE') {
      own.at('JitterStrategy').add("'JitterStrategy' must be 'FULL' or 'NONE'");
    }
  });
}

/** Checks `Catch`. */
export function validateCatch(findings: Findings, catchers: Json | undefined): void {
  eachOf(findings, catchers, (own, catcher, isLast) => {
    if (!isJsonObject(catcher)) {
      own.add('a catcher must be an object');
      return;
    }
    const isJsonata = own.language === 'JSONata';
    refuseUnknownFields(own, catcher, isJsonata ? JSONATA_CATCHER_FIELDS : JSONPATH_CATCHER_FIELDS);
    checkErrorEquals(own.at('ErrorEquals'), catcher['ErrorEquals'], isLast);
    if (typeof catcher['Next'] !== 'string') own.at('Next').add("a catcher's 'Next' must name a state");
    checkAssign(own.at('Assign'), catcher['Assign'], true);
    if (isJsonata) validateExpressions(own.at('Output'), catcher['Output'], true);
    else checkResultPath(own.at('ResultPath'), catcher['ResultPath']);
  });
}

function eachOf(
  findings: Findings,
  list: Json | undefined,
  check: (own: Findings, item: Json, isLast: boolean) => void,
): void {
  if (list === undefined) return;
  if (!Array.isArray(list)) {
    findings.add('it must be an array');
    return;
  }
  for (const [index, item] of list.entries()) check(findings.item(index), item, index === list.length - 1);
}

function checkGiven(findings: Findings, value: Json | undefined, min: number, max: number): void {
  if (value !== undefined) checkInteger(findings, value, { min, max });
}

/** ASL: `States.ALL` must stand alone, and in the last retrier or catcher. */
function checkErrorEquals(findings: Findings, value: Json | undefined, isLast: boolean): void {
  if (!Array.isArray(value) || value.length === 0 || !value.every((name) => typeof name === 'string')) {
    findings.add("'ErrorEquals' must be an array of at least one error name");
    return;
  }
  if (value.includes('States.ALL') && (value.length > 1 || !isLast)) {
    findings.add("'States.ALL' must stand alone in 'ErrorEquals', and come last");
  }
}

const SECONDS = { min: 1, max: MAX_TIMEOUT_SECONDS };

/** Checks the fields of a Task that are its own. */
export function validateTask(findings: Findings, state: JsonObject): void {
  validateResource(findings, state);
  for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) checkIntegerOf(findings, state, field, SECONDS);
  const { TimeoutSeconds, HeartbeatSeconds } = state;
  if (typeof HeartbeatSeconds !== 'number') return;
  // https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
  if (typeof TimeoutSeconds === 'number' && HeartbeatSeconds >= TimeoutSeconds) {
    findings.at('HeartbeatSeconds').add("'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'");
  }
}

function validateResource(findings: Findings, state: JsonObject): void {
  const { Resource } = state;
  if (Resource === undefined) {
    findings.tell('These fields are required: [Resource]');
    return;
  }
  if (typeof Resource !== 'string') {
    findings.at('Resource').add("'Resource' must be a string");
    return;
  }
  const refusal = resourceRefusal(Resource);
  if (refusal !== undefined) {
    findings.at('Resource').add(`resource '${Resource}' can't be run: ${refusal}`);
    return;
  }
  const field = argumentsName(findings);
  const args = state[field];
  if (!isJsonObject(args)) return;
  const given = findings.language === 'JSONata' ? args : asGiven(args);
  for (const problem of argumentProblems(given)) findings.at(field).add(problem);
}

/** A payload template with the names that its fields get. */
function asGiven(template: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => [
      withoutSuffix(name),
      isJsonObject(value) ? asGiven(value) : value,
    ]),
  );
}

/** Checks the fields of a Wait that are its own. */
export function validateWait(findings: Findings, state: JsonObject): void {
  findings.oneOf(state, ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp']);
  checkValueOf(findings, state, 'Seconds', (own, value) =>
    checkInteger(own, value, { min: 0, max: MAX_WAIT_SECONDS }),
  );
  checkValueOf(findings, state, 'Timestamp', (own, value) => {
    if (!isTimestamp(value)) own.tell('String does not match RFC3339 timestamp');
  });
}

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
