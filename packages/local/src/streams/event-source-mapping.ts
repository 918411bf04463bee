/** `AWS::Lambda::EventSourceMapping`, resolved: what is read, and how a function gets it. */
export type EventSourceMapping = StreamMapping | QueueMapping;

interface MappingOfAnySource {
  /** What the API calls the mapping by. */
  readonly uuid: string;
  readonly arn: string;
  readonly functionArn: string;
  readonly enabled: boolean;
  /** How many records an invocation gets at most. */
  readonly batchSize: number;
  /** How long records may wait for a full batch. */
  readonly maximumBatchingWindowInSeconds: number;
  /** JSON text of event patterns; a record goes to the function when one of them matches, or when there is none. */
  readonly filters: readonly string[];
  /** Whether the function's answer says which records failed. */
  readonly reportBatchItemFailures: boolean;
}

/** From a DynamoDB stream. */
export interface StreamMapping extends MappingOfAnySource {
  readonly tableName: string;
  /** As the mapping names the stream; the engine may have an ARN of its own for it. */
  readonly streamArn: string;
  readonly startingPosition: StartingPosition;
  /** How many batches of a shard are processed at a time: each has the items of other partition keys. */
  readonly parallelizationFactor: number;
  readonly bisectBatchOnFunctionError: boolean;
  /** Tries after the first one; −1 for as long as the stream keeps the records. */
  readonly maximumRetryAttempts: number;
  /** −1 for as long as the stream keeps the records. */
  readonly maximumRecordAgeInSeconds: number;
  /** ARN of a standard SQS queue or SNS topic, or a bucket, which is told of records that are given up. */
  readonly onFailure?: string;
}

/** From an SQS queue. */
export interface QueueMapping extends MappingOfAnySource {
  readonly queueArn: string;
  /** How many invocations there are at a time, at most. */
  readonly maximumConcurrency?: number;
}

export const isQueueMapping = (mapping: EventSourceMapping): mapping is QueueMapping => 'queueArn' in mapping;

export type StartingPosition = 'TRIM_HORIZON' | 'LATEST';

/** How long a DynamoDB stream keeps records. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
export const STREAM_RETENTION_SECONDS = 24 * 60 * 60;
