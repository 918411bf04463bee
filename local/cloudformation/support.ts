import { runningEntries, type SupportChapter } from '../support/support.ts';
import { conditionFunctions } from '../template/conditions.ts';
import { intrinsics } from '../template/intrinsics.ts';
import { RUN, WITHOUT_EFFECT } from '../template/not-run.ts';
import { OPERATIONS } from './api/operations.ts';

const TEMPLATES = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference';

/** CloudFormation, and what it reads. */
export const cloudFormationSupport: readonly SupportChapter[] = [
  {
    title: 'CloudFormation: operations',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html',
    api: 'cloudformation',
    entries: runningEntries(OPERATIONS.keys()),
  },
  {
    title: 'CloudFormation: resource types',
    source: `${TEMPLATES}/aws-template-resource-type-ref.html`,
    entries: [
      ...runningEntries(RUN),
      ...Object.entries(WITHOUT_EFFECT).map(
        ([name, reason]) => ({ name, status: 'partly', note: `Taken, and without an effect: ${reason}.` }) as const,
      ),
      {
        name: 'every other type',
        status: 'refused',
        note: 'The stack is not deployed, and the message names the resource.',
      },
    ],
  },
  {
    title: 'CloudFormation: functions of templates',
    source: `${TEMPLATES}/intrinsic-function-reference.html`,
    entries: [
      ...runningEntries([...intrinsics.keys(), ...conditionFunctions]),
      { name: 'transforms and macros', status: 'refused', note: 'Package the template with what expands them.' },
    ],
  },
];
