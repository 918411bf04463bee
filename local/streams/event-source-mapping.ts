/** `AWS::Lambda::EventSourceMapping` from a DynamoDB stream of the template to a function of the template, resolved. */
export interface EventSourceMapping {
  /** What the API calls the mapping by. */
  readonly uuid: string;
  readonly arn: string;
  readonly functionArn: string;
  readonly tableName: string;
  /** As the template names the stream; the engine has an ARN of its own for it. */
  readonly streamArn: string;
  readonly enabled: boolean;
  readonly startingPosition: StartingPosition;
  /** How many records an invocation gets at most. */
  readonly batchSize: number;
  /** How long records may wait for a full batch. */
  readonly maximumBatchingWindowInSeconds: number;
  /** JSON text of event patterns; a record goes to the function when one of them matches, or when there is none. */
  readonly filters: readonly string[];
  /** Whether the function's answer says which records failed. */
  readonly reportBatchItemFailures: boolean;
  readonly bisectBatchOnFunctionError: boolean;
  /** Tries after the first one; −1 for as long as the stream keeps the records. */
  readonly maximumRetryAttempts: number;
  /** −1 for as long as the stream keeps the records. */
  readonly maximumRecordAgeInSeconds: number;
  /** ARN of a standard SQS queue, which is told of records that are given up. */
  readonly onFailure?: string;
}

export type StartingPosition = 'TRIM_HORIZON' | 'LATEST';

/** How long a DynamoDB stream keeps records. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
export const STREAM_RETENTION_SECONDS = 24 * 60 * 60;
