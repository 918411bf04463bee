import { operationEntries } from '../support/operation-entries.ts';
import type { SupportChapter } from '../support/support.ts';
import { ECR_OPERATIONS } from './ecr-service.ts';

export const ecrSupport: readonly SupportChapter[] = [
  {
    title: 'ECR: operations',
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html',
    entries: operationEntries(
      ECR_OPERATIONS,
      { DescribeRepositories: 'There are none: functions are no images here.' },
      'UnknownOperationException, which names those that run.',
    ),
  },
];
