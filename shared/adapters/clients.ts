import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IoTClient } from '@aws-sdk/client-iot';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';

/**
 * A function has ten seconds: a connection that hangs is given up early enough to be tried again, and to say so. The
 * SDK repeats a transaction under the same client token, so that a lost response does not make it two.
 */
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

export const createDynamoDbClient = () => new DynamoDBClient(PATIENCE);
export const createIotDataClient = () => new IoTDataPlaneClient(LITTLE_PATIENCE);
export const createIotClient = () => new IoTClient(PATIENCE);
export const createStatesClient = () => new SFNClient(LITTLE_PATIENCE);
export const createS3Client = () => new S3Client(PATIENCE_FOR_FILES);
export const createEventBridgeClient = () => new EventBridgeClient(LITTLE_PATIENCE);
