import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * A function has ten seconds: a connection that hangs is given up early enough to be tried twice more. The SDK repeats
 * a transaction under the same client token, so that a lost response does not make it two.
 */
export const createDynamoDbClient = () =>
  new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_500, throwOnRequestTimeout: true },
  });
