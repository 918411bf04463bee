import { operationEntries } from '../support/operation-entries.ts';
import type { SupportChapter, SupportEntry } from '../support/support.ts';
import { CONDITION_FUNCTIONS } from '../template/conditions.ts';
import { intrinsics } from '../template/intrinsics.ts';
import { RUN, WITHOUT_EFFECT } from '../template/not-run.ts';
import { OPERATIONS } from './api/operations.ts';

const TEMPLATES = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference';

const runs = (name: string): SupportEntry => ({ name, status: 'runs' });

const LIMITS: Readonly<Record<string, string>> = {
  ContinueUpdateRollback: '`ResourcesToSkip` is refused.',
  CreateChangeSet:
    'Nested stacks, imports and `ResourceTypes` are refused; the change set is complete, or has failed, once the call is answered.',
  CreateStack:
    '`NotificationARNs`, `RollbackTriggers`, `ResourceTypes`, `TimeoutInMinutes` and transforms are refused; `RoleARN` has no effect.',
  DescribeChangeSet: 'The source of each change is told as `DirectModification`.',
  GetTemplateSummary: '`DeclaredTransforms` and `ResourceIdentifierSummaries` are left out.',
  SetStackPolicy: 'Policies are kept, and not enforced.',
  UpdateStack: 'As CreateStack; stack policies are not enforced.',
};

/** What is done otherwise than CloudFormation may do it, or than anybody has written down. */
const DECIDED: Readonly<Record<string, Pick<SupportEntry, 'status' | 'note'>>> = {
  ExecuteChangeSet: {
    status: 'unconfirmed',
    note: 'Resources are made kind by kind, in the order of what may refer to what. One that is there already, and is of no stack (a call has made it, or a stack has retained it), becomes the stack’s, and a table or queue stays when that is rolled back, where CloudFormation says that it exists.',
  },
};

const TYPES: Readonly<Record<string, Pick<SupportEntry, 'status' | 'note'>>> = {
  'AWS::Lambda::LayerVersion': {
    status: 'partly',
    note: 'Its version is 1 for good: another content is an update, where CloudFormation makes another version.',
  },
  'AWS::StepFunctions::StateMachine': {
    status: 'partly',
    note: 'Executions of one that is removed end at once, where CloudFormation waits for their next transitions.',
  },
};

/** CloudFormation, and what it reads. */
export const cloudFormationSupport: readonly SupportChapter[] = [
  {
    title: 'CloudFormation: operations',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html',
    api: 'cloudformation',
    entries: operationEntries(
      [...OPERATIONS.keys()],
      LIMITS,
      'InvalidAction, which names those that run.',
    ).map((entry) => ({ ...entry, ...DECIDED[entry.name] })),
  },
  {
    title: 'CloudFormation: resource types',
    source: `${TEMPLATES}/aws-template-resource-type-ref.html`,
    entries: [
      ...[...RUN].map((name) => ({ ...runs(name), ...TYPES[name] })),
      ...Object.entries(WITHOUT_EFFECT).map(([name, reason]): SupportEntry => {
        return { name, status: 'partly', note: `Taken, and without an effect: ${reason}.` };
      }),
      {
        name: 'Every other type',
        status: 'refused',
        note: 'The stack is not deployed, and the message names the resource.',
      },
    ],
  },
  {
    title: 'CloudFormation: functions of templates',
    source: `${TEMPLATES}/intrinsic-function-reference.html`,
    entries: [
      ...[...intrinsics.keys(), ...CONDITION_FUNCTIONS].map(runs),
      {
        name: 'Transforms and macros',
        status: 'refused',
        note: 'The template has to have its resources written out.',
      },
    ],
  },
];
