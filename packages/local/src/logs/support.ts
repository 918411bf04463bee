import { operationEntries } from '../support/operation-entries.ts';
import type { SupportChapter } from '../support/support.ts';
import { LOGS_OPERATIONS } from './logs-service.ts';

const NOTES: Readonly<Record<string, string>> = {
  CreateLogGroup: 'Tags, keys and classes have no effect.',
  FilterLogEvents: 'Patterns of texts that all have to be there; others are refused.',
  PutQueryDefinition: 'Queries of Logs Insights QL, without parameters.',
  PutRetentionPolicy: 'Told again: nothing expires.',
  StartQuery: 'Logs Insights QL, over the newest 200,000 events of a group that this run has seen.',
};

/** Amazon CloudWatch Logs. */
export const logsSupport: readonly SupportChapter[] = [
  {
    title: 'CloudWatch Logs: operations',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html',
    api: 'cloudwatchlogs',
    entries: operationEntries(
      [...LOGS_OPERATIONS.keys()],
      NOTES,
      'UnknownOperationException, which names those that run.',
    ),
  },
];
