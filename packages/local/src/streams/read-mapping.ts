import { AwsError } from '../aws.ts';
import { compilePattern } from '../event-pattern/compile-pattern.ts';
import { isQueueArn } from '../lambda/definition.ts';
import type { Members } from '../protocol/members.ts';

/** `AWS::Lambda::EventSourceMapping` of a DynamoDB stream, resolved: what is read, and how a function gets it. */
export interface StreamMapping extends MappingEnds {
  readonly enabled: boolean;
  /** How many records an invocation gets at most. */
  readonly batchSize: number;
  /** How long records may wait for a full batch. */
  readonly maximumBatchingWindowInSeconds: number;
  /** JSON text of event patterns; a record goes to the function when one of them matches, or when there is none. */
  readonly filters: readonly string[];
  /** Whether the function's answer says which records failed. */
  readonly reportBatchItemFailures: boolean;
  readonly startingPosition: StartingPosition;
  /** How many batches of a shard are processed at a time: each has the items of other partition keys. */
  readonly parallelizationFactor: number;
  readonly bisectBatchOnFunctionError: boolean;
  /** Tries after the first one; −1 for as long as the stream keeps the records. */
  readonly maximumRetryAttempts: number;
  /** −1 for as long as the stream keeps the records. */
  readonly maximumRecordAgeInSeconds: number;
  /** ARN of a standard SQS queue, which is told of records that are given up. */
  readonly onFailure?: string;
}

/** What identifies a mapping, and its ends, which its members name. */
export interface MappingEnds {
  /** What the API calls the mapping by. */
  readonly uuid: string;
  readonly arn: string;
  readonly functionArn: string;
  readonly tableName: string;
  /** As the mapping names the stream; the engine may have an ARN of its own for it. */
  readonly streamArn: string;
}

export type StartingPosition = 'TRIM_HORIZON' | 'LATEST';

/** How long a DynamoDB stream keeps records. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
export const STREAM_RETENTION_SECONDS = 24 * 60 * 60;

const HONOURED = [
  'BatchSize',
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'Enabled',
  'EventSourceArn',
  'FilterCriteria',
  'FunctionName',
  'FunctionResponseTypes',
  'MaximumBatchingWindowInSeconds',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'StartingPosition',
  'TumblingWindowInSeconds',
];
const WITHOUT_EFFECT = ['KMSKeyArn', 'KmsKeyArn', 'MetricsConfig', 'Tags'];

/** The quota of filters that AWS raises at most to. */
const MAX_FILTERS = 10;

/** The error of AWS for a member that does not go with the others. */
export function invalidMapping(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

/**
 * A mapping from the members of CreateEventSourceMapping, which CloudFormation calls alike. Throws
 * `ValidationException` and `InvalidParameterValueException`.
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 */
export function readMapping(members: Members, ends: MappingEnds): StreamMapping {
  members.allow(...HONOURED, ...WITHOUT_EFFECT);
  const whole = wholeOf(members);
  if (whole('TumblingWindowInSeconds', 0, 900, 0) !== 0) {
    throw invalidMapping(
      'TumblingWindowInSeconds: the laptop runtime has no tumbling windows: leave it out.',
    );
  }
  const startingPosition = members.text('StartingPosition');
  if (startingPosition !== 'TRIM_HORIZON' && startingPosition !== 'LATEST') {
    throw invalidMapping('StartingPosition must be TRIM_HORIZON or LATEST: DynamoDB streams have no other.');
  }
  const onFailure = onFailureOf(members);
  return {
    ...ends,
    ...common(members),
    batchSize: whole('BatchSize', 1, 10_000, 100),
    maximumBatchingWindowInSeconds: whole('MaximumBatchingWindowInSeconds', 0, 300, 0),
    startingPosition,
    parallelizationFactor: whole('ParallelizationFactor', 1, 10, 1),
    bisectBatchOnFunctionError: flag(members, 'BisectBatchOnFunctionError', false),
    maximumRetryAttempts: whole('MaximumRetryAttempts', -1, 10_000, -1),
    maximumRecordAgeInSeconds: recordAgeOf(whole('MaximumRecordAgeInSeconds', -1, 604_800, -1)),
    ...(onFailure === undefined ? {} : { onFailure }),
  };
}

function common(members: Members) {
  const types = members.optionalTexts('FunctionResponseTypes') ?? [];
  const unknown = types.find((type) => type !== 'ReportBatchItemFailures');
  if (unknown !== undefined) {
    throw invalidMapping(`FunctionResponseTypes must be ReportBatchItemFailures, not ${unknown}.`);
  }
  return {
    enabled: flag(members, 'Enabled', true),
    filters: filtersOf(members.optionalObject('FilterCriteria')),
    reportBatchItemFailures: types.length > 0,
  };
}

type Whole = (name: string, least: number, most: number, otherwise: number) => number;

const wholeOf =
  (members: Members): Whole =>
  (name, least, most, otherwise) =>
    members.optionalWhole(name, { least, most }) ?? otherwise;

/** CloudFormation's parameters are text. */
function flag(members: Members, name: string, otherwise: boolean): boolean {
  const value = members.json[name];
  if (value === 'true' || value === 'false') return value === 'true';
  return members.optionalFlag(name) ?? otherwise;
}

/** −1, or a minute and more. */
function recordAgeOf(seconds: number): number {
  if (seconds === -1 || seconds >= 60) return seconds;
  throw invalidMapping('MaximumRecordAgeInSeconds must be -1, or a number from 60 to 604800.');
}

function onFailureOf(members: Members): string | undefined {
  const destinations = members.optionalObject('DestinationConfig');
  destinations?.allow('OnFailure');
  const onFailure = destinations?.optionalObject('OnFailure');
  onFailure?.allow('Destination');
  const destination = onFailure?.optionalText('Destination', { min: 0, max: 350 });
  if (destination === undefined || destination === '') return undefined;
  if (isQueueArn(destination)) return destination;
  throw invalidMapping(
    `OnFailure.Destination must be the ARN of a standard SQS queue, to which alone the laptop runtime sends, and ${destination} is none.`,
  );
}

function filtersOf(criteria: Members | undefined): readonly string[] {
  criteria?.allow('Filters');
  if (criteria?.json['Filters'] === undefined) return [];
  const given = criteria.json['Filters'];
  if (Array.isArray(given) && given.length === 0) return [];
  return criteria.objects('Filters', MAX_FILTERS).map((filter, index) => {
    const pattern = filter.optionalText('Pattern', { min: 0, max: 4096 }) ?? '{}';
    checkPattern(pattern, `Filters[${index}].Pattern`);
    return pattern;
  });
}

function checkPattern(pattern: string, path: string): void {
  try {
    compilePattern(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidMapping(`Invalid filter pattern definition. ${path}: ${reason}`);
  }
}
