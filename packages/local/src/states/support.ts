import type { SupportChapter, SupportEntry } from '../support/support.ts';
import { openEntry } from '../support/undocumented.ts';
import { OPERATIONS } from './api/operation-map.ts';
import type { QueryLanguageName } from './definition.ts';
import { stepFunctionsFunctions } from './jsonata-functions.ts';
import { comparisonOperators } from './jsonpath/comparisons.ts';
import { intrinsicFunctions } from './jsonpath/intrinsic-functions.ts';
import { undocumented } from './undocumented.ts';
import { JSONPATH_DISTRIBUTED_FIELDS } from './validation/fields.ts';
import { STATE_FIELDS } from './validation/state-fields.ts';
import { INPUT_TYPES } from './validation/validate-item-reader.ts';
import {
  JSONATA_CATCHER_FIELDS,
  JSONPATH_CATCHER_FIELDS,
  RETRIER_FIELDS,
} from './validation/validate-recovery.ts';

const GUIDE = 'https://docs.aws.amazon.com/step-functions/latest/dg';

const HOST_OF_ITS_OWN =
  'Clients put sync- before the host of the endpoint, and find none there; have them leave it: ' +
  'AWS_DISABLE_HOST_PREFIX_INJECTION=true for the AWS CLI and boto3, disableHostPrefix for the SDK for JavaScript.';
const OPERATION_LIMITS: Readonly<Record<string, string>> = {
  StartSyncExecution: HOST_OF_ITS_OWN,
  TestState: `The result of a mock is not held against the model of its service's API. ${HOST_OF_ITS_OWN}`,
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const ERROR_NAMES = [
  'States.ALL',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
];
const NEVER_RAISED: readonly (readonly [string, string])[] = [
  ['States.BranchFailed', 'A Parallel fails with the error of its branch, as on AWS.'],
  ['States.NoChoiceMatched', 'A Choice without a match fails with States.Runtime.'],
  ['States.ParameterPathFailure', 'A path that finds nothing fails with States.Runtime.'],
  ['States.Http.Socket', 'There are no HTTP tasks.'],
  ['States.Permissions', 'There are no roles, and so nothing that one does not permit.'],
];

const runs = (name: string): SupportEntry => ({ name, status: 'runs' });

const operationEntries = [...OPERATIONS.keys()].map((name): SupportEntry => {
  const note = OPERATION_LIMITS[name];
  return note === undefined ? runs(name) : { name, status: 'partly', note };
});

function stateEntries(language: QueryLanguageName): readonly SupportEntry[] {
  return Object.entries(STATE_FIELDS[language]).flatMap(([type, fields]) =>
    fields.filter((field) => field !== 'Type').map((field) => runs(`${type}: ${field}`)),
  );
}

/** Step Functions, but for the integrations of its tasks. */
export const statesSupport: readonly SupportChapter[] = [
  {
    title: 'Step Functions: operations',
    source: 'https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html',
    api: 'sfn',
    entries: operationEntries,
  },
  {
    title: 'Amazon States Language: states and their fields, in JSONata',
    source: `${GUIDE}/workflow-states.html`,
    entries: [
      ...stateEntries('JSONata'),
      { name: 'Task: Credentials', status: 'refused', note: 'There are no roles to assume.' },
      ...RETRIER_FIELDS.map((field) => runs(`Retry: ${field}`)),
      ...JSONATA_CATCHER_FIELDS.map((field) => runs(`Catch: ${field}`)),
    ],
  },
  {
    title: 'Amazon States Language: states and their fields, in JSONPath',
    source: `${GUIDE}/concepts-input-output-filtering.html`,
    entries: [
      ...stateEntries('JSONPath'),
      { name: 'Task: Credentials', status: 'refused', note: 'There are no roles to assume.' },
      ...JSONPATH_CATCHER_FIELDS.map((field) => runs(`Catch: ${field}`)),
      ...['And', 'Or', 'Not', 'Variable', ...comparisonOperators].map((name) => runs(`choice rule: ${name}`)),
    ],
  },
  {
    title: 'JSONPath in Step Functions',
    source: `${GUIDE}/intrinsic-functions.html`,
    entries: [
      runs('payload templates: {name}.$'),
      runs('$, the data; $$, the context object; $name, a variable'),
      runs('names, indices, slices, *, .., filters that compare with literals'),
      {
        name: 'functions of paths, =~, and operators of filters that are words',
        status: 'refused',
        note: 'Step Functions has none of them.',
      },
      ...[...intrinsicFunctions.keys()].map(runs),
    ],
  },
  {
    title: 'Amazon States Language: Distributed Map',
    source: `${GUIDE}/state-map-distributed.html`,
    entries: [
      ...JSONPATH_DISTRIBUTED_FIELDS.map(runs),
      ...INPUT_TYPES.map((type) => runs(`ItemReader: InputType ${type}`)),
      ...['MANIFEST', 'PARQUET'].map((type): SupportEntry => {
        const note = 'Inventories, manifests and columns are not read; make it CSV, JSON or JSONL.';
        return { name: `ItemReader: InputType ${type}`, status: 'refused', note };
      }),
      {
        name: 'a Distributed Map inside another',
        status: 'refused',
        note: 'Use an inline Map in the processor.',
      },
    ],
  },
  {
    title: 'JSONata in Step Functions',
    source: `${GUIDE}/transforming-data.html`,
    entries: [
      runs('$states: input, result, errorOutput, context'),
      runs('variables: Assign, scopes, limits'),
      ...stepFunctionsFunctions.map(({ name }) => runs(`$${name}`)),
      { name: '$eval', status: 'refused', note: 'Step Functions has none; use $parse.' },
      {
        name: 'operators that came after JSONata 2.0.6: ??, ?:',
        status: 'refused',
        note: 'Step Functions has version 2.0.6.',
      },
    ],
  },
  {
    title: 'Step Functions: error names',
    source: `${GUIDE}/concepts-error-handling.html`,
    entries: [
      ...ERROR_NAMES.map(runs),
      ...NEVER_RAISED.map(([name, note]): SupportEntry => ({ name, status: 'partly', note })),
    ],
  },
  {
    title: 'Step Functions: what the guide leaves open',
    source: `${GUIDE}/welcome.html`,
    entries: undocumented.map(openEntry),
  },
];
