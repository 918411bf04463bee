import { AwsError } from '../../aws.ts';
import { type DynamoDbCall, DynamoDbError } from '../../engine/dynamodb-call.ts';

/** What DynamoDB answers when the same call may succeed a little later; the SDKs try again then. */
const TRANSIENT = new Set([
  'InternalServerError',
  'ItemCollectionSizeLimitExceededException',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionConflictException',
]);

/** Calls DynamoDB. Throws `AwsError`, with the status 503 for what is worth another try. */
export async function callTable(call: DynamoDbCall, operation: string, input: object): Promise<void> {
  try {
    await call(operation, input);
  } catch (error) {
    if (!(error instanceof DynamoDbError)) throw error;
    throw new AwsError(error.name, error.message, TRANSIENT.has(error.name) ? 503 : 400);
  }
}
