import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Stack } from '../../cli/stack.ts';

/** The SDK's clients for a stack, with the operator's credentials; none of them connects before it is used. */
export interface Clients {
  readonly dynamoDb: DynamoDBClient;
  readonly states: SFNClient;
  readonly logs: CloudWatchLogsClient;
  readonly iot: IoTClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  close(): void;
}

export function createClients({ clientConfig }: Stack): Clients {
  const clients = {
    dynamoDb: new DynamoDBClient({ ...clientConfig }),
    states: new SFNClient({ ...clientConfig }),
    logs: new CloudWatchLogsClient({ ...clientConfig }),
    iot: new IoTClient({ ...clientConfig }),
    sqs: new SQSClient({ ...clientConfig }),
    s3: new S3Client({ ...clientConfig, forcePathStyle: clientConfig.endpoint !== undefined }),
  };
  return {
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
