import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IoTClient } from '@aws-sdk/client-iot';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';

/** A function has ten seconds: a connection that hangs is given up early enough to be tried again, and to say so. */
const PATIENCE = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
};

/** What comes after the command has to fit into the time that is left. */
const LITTLE_PATIENCE = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
};

/** Files are larger than records. */
const PATIENCE_FOR_FILES = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

const textOf = (body: string | Uint8Array): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body);

/** As the SDK has written it. Items have none such: there, what follows a name is an object. */
const CLIENT_TOKEN = /,"ClientRequestToken":"[^"]*"/;

/**
 * A client whose transactions go without the client token that the SDK adds to each: that one is repeated is told by
 * its conditions and by what records remember, for longer than a token's ten minutes (docs/decisions.md).
 */
export function createDynamoDbClient(config: DynamoDBClientConfig = PATIENCE): DynamoDBClient {
  const client = new DynamoDBClient(config);
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body: string | Uint8Array };
      if ('TransactItems' in args.input) request.body = textOf(request.body).replace(CLIENT_TOKEN, '');
      return next(args);
    },
    // Before its length is taken.
    { step: 'build', priority: 'high', name: 'withoutClientToken' },
  );
  return client;
}

export const createIotDataClient = () => new IoTDataPlaneClient(LITTLE_PATIENCE);
export const createIotClient = () => new IoTClient(PATIENCE);
export const createStatesClient = () => new SFNClient(LITTLE_PATIENCE);
export const createS3Client = () => new S3Client(PATIENCE_FOR_FILES);
export const createEventBridgeClient = () => new EventBridgeClient(LITTLE_PATIENCE);
