import type { QueryLanguageName, StateType } from '../definition.ts';
import { withoutSuffix } from '../jsonpath/templates.ts';
import { isJsonObject, type JsonObject } from '../values.ts';
import { checkPayload, validateExpressions } from './expressions.ts';
import type { Findings } from './findings.ts';

const QUERY_LANGUAGES = ['JSONPath', 'JSONata'];

/** Checks the `QueryLanguage` of a state machine or of a state, where it is given. */
export function checkQueryLanguage(findings: Findings, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'string') findings.tell('Expected value of type [STRING]');
  else if (!QUERY_LANGUAGES.includes(value)) {
    findings.tell(`Value should be one of the following: [${QUERY_LANGUAGES.join(', ')}]`);
  }
}

/** An object without the fields that belong to one language alone. */
export function withoutFieldsOf(language: QueryLanguageName, owner: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(owner).filter(([field]) => !FIELDS_OF[language].has(field)));
}

/** The language that a `QueryLanguage` gives: what is none of them is JSONata, as on AWS. */
export function languageOf(value: unknown, otherwise: QueryLanguageName): QueryLanguageName {
  if (value === undefined) return otherwise;
  return value === 'JSONPath' ? 'JSONPath' : 'JSONata';
}

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Fields that belong to one language alone. */
const FIELDS_OF: Readonly<Record<QueryLanguageName, ReadonlySet<string>>> = {
  JSONPath: new Set([
    'InputPath',
    'OutputPath',
    'ResultPath',
    'ResultSelector',
    'Parameters',
    'Result',
    'ItemsPath',
    'MaxConcurrencyPath',
    'MaxItemsPerBatchPath',
    'ToleratedFailurePercentagePath',
    'ToleratedFailureCountPath',
    'SecondsPath',
    'TimestampPath',
    'TimeoutSecondsPath',
    'HeartbeatSecondsPath',
    'ErrorPath',
    'CausePath',
    'Variable',
  ]),
  JSONata: new Set(['Arguments', 'Output', 'Items', 'Condition']),
};

/** Fields of a Distributed Map, which an inline one does not have. */
export const DISTRIBUTED_FIELDS: readonly string[] = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'Label',
  'ToleratedFailurePercentage',
  'ToleratedFailureCount',
];

/** The same in JSONPath. */
export const JSONPATH_DISTRIBUTED_FIELDS: readonly string[] = [
  ...DISTRIBUTED_FIELDS,
  'ToleratedFailurePercentagePath',
  'ToleratedFailureCountPath',
];

/** Adds a finding for every field that is not `known`, with the reason where there is a better one. */
export function refuseUnknownFields(findings: Findings, owner: JsonObject, known: readonly string[]): void {
  for (const field of Object.keys(owner)) {
    if (!known.includes(field)) refuseField(findings, field);
  }
}

function refuseField(findings: Findings, field: string): void {
  const { language } = findings;
  const other = language === 'JSONata' ? 'JSONPath' : 'JSONata';
  if (FIELDS_OF[other].has(field)) {
    findings.tell(
      `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`,
    );
  } else if (JSONPATH_DISTRIBUTED_FIELDS.includes(field)) {
    findings
      .at(field)
      .add(
        `field '${field}' belongs to Distributed Map; set 'Mode' to 'DISTRIBUTED' in the 'ProcessorConfig'`,
      );
  } else if (field === 'Credentials') {
    findings.at(field).add("field 'Credentials' is not run here; there are no roles to assume");
  } else findings.tell(`Field '${field}' is not supported`);
}

/** An object that has `known` fields alone; when it has others, it is one all the same. */
export function checkObject(
  findings: Findings,
  value: unknown,
  known: readonly string[],
): value is JsonObject {
  if (!isJsonObject(value)) {
    findings.add(`${lastField(findings)} must be an object`);
    return false;
  }
  refuseUnknownFields(findings, value, known);
  return true;
}

/** A literal string, where the field is given. */
export function checkString(findings: Findings, value: unknown): void {
  if (value !== undefined && typeof value !== 'string') findings.add('it must be a string');
}

/** A literal integer within bounds. */
export function checkInteger(findings: Findings, value: unknown, { min, max }: Bounds): void {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    findings.add(`${lastField(findings)} must be an integer from ${min} to ${max}`);
  } else checkBounds(findings, value, String(min), String(max));
}

/** A number within bounds, which are told as they are written. */
export function checkBounds(findings: Findings, value: number, min: string, max: string): void {
  if (value < Number(min)) findings.tell(`Minimum value is ${min}`);
  if (value > Number(max)) findings.tell(`Maximum value is ${max}`);
}

/** A literal that is one of `values`, where the field is given. */
export function checkEnum(findings: Findings, value: unknown, values: readonly string[]): void {
  if (value !== undefined && !(typeof value === 'string' && values.includes(value))) {
    findings.add(`${lastField(findings)} must be one of ${values.join(', ')}`);
  }
}

/** `Assign`: an object of variables. */
export function checkAssign(findings: Findings, value: unknown, errorOutput = false): void {
  if (value === undefined) return;
  if (!isJsonObject(value)) {
    findings.add("'Assign' must be an object whose fields are variables");
    return;
  }
  const isJsonata = findings.language === 'JSONata';
  for (const key of Object.keys(value)) {
    const name = isJsonata ? key : withoutSuffix(key);
    if (name === 'states') {
      findings.at(name).tell("Cannot assign to reserved variable '$states'.");
    } else if (!/^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u.test(name)) {
      const reason = 'the variable name contains invalid characters.';
      findings.at(name).tell(`Invalid variable name '${name}': ${reason}`);
    }
  }
  if (isJsonata) validateExpressions(findings, value, errorOutput);
  else checkPayload(findings, value);
}

/** The last part of a location, in quotes. */
function lastField(findings: Findings): string {
  return `'${findings.location.slice(findings.location.lastIndexOf('/') + 1)}'`;
}

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
