import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { S3Client } from '@aws-sdk/client-s3';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Stack } from '@device-lifecycle/operator/stack.ts';

/** The SDK's clients for a stack, with the operator's credentials; none of them connects before it is used. */
export interface Clients {
  readonly dynamoDb: DynamoDBClient;
  readonly states: SFNClient;
  readonly logs: CloudWatchLogsClient;
  readonly iot: IoTClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly serviceQuotas: ServiceQuotasClient;
  close(): void;
}

/**
 * A console outlives sleep and changes of the network, after which calls on its old connections are answered by nobody,
 * and Linux finds that out after a quarter of an hour. In milliseconds; the second one without a byte.
 */
const TIMEOUTS = { connectionTimeout: 10_000, socketTimeout: 30_000 };

export function createClients({ clientConfig }: Stack, timeouts = TIMEOUTS): Clients {
  const config = { ...clientConfig, requestHandler: timeouts };
  const clients = {
    dynamoDb: new DynamoDBClient({ ...config }),
    states: new SFNClient({ ...config }),
    logs: new CloudWatchLogsClient({ ...config }),
    iot: new IoTClient({ ...config }),
    sqs: new SQSClient({ ...config }),
    s3: new S3Client({ ...config, forcePathStyle: clientConfig.endpoint !== undefined }),
    serviceQuotas: new ServiceQuotasClient({ ...config }),
  };
  return {
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
