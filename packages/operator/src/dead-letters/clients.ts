import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Stack } from '../stack.ts';

/** The SDK's clients for a stack, none of which connects before it is used. */
export interface Clients {
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly streams: DynamoDBStreamsClient;
  readonly logs: CloudWatchLogsClient;
  close(): void;
}

export function createClients({ clientConfig }: Stack): Clients {
  const clients = {
    sqs: new SQSClient({ ...clientConfig }),
    lambda: new LambdaClient({ ...clientConfig }),
    streams: new DynamoDBStreamsClient({ ...clientConfig }),
    logs: new CloudWatchLogsClient({ ...clientConfig }),
  };
  return {
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
