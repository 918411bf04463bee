import { operationEntries } from '../support/operation-entries.ts';
import type { SupportChapter, SupportEntry } from '../support/support.ts';
import { CONDITION_FUNCTIONS } from '../template/conditions.ts';
import { intrinsics } from '../template/intrinsics.ts';
import { RUN, WITHOUT_EFFECT } from '../template/not-run.ts';
import { OPERATIONS } from './api/operations.ts';

const TEMPLATES = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference';

const runs = (name: string): SupportEntry => ({ name, status: 'runs' });

/** CloudFormation, and what it reads. */
export const cloudFormationSupport: readonly SupportChapter[] = [
  {
    title: 'CloudFormation: operations',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html',
    api: 'cloudformation',
    entries: operationEntries([...OPERATIONS.keys()], {}, 'InvalidAction, which names those that run.'),
  },
  {
    title: 'CloudFormation: resource types',
    source: `${TEMPLATES}/aws-template-resource-type-ref.html`,
    entries: [
      ...[...RUN].map(runs),
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
