import { AwsError } from '../aws.ts';
import { compilePattern } from '../event-pattern/compile-pattern.ts';
import { destinationKindOf } from '../lambda/destinations.ts';
import type { Members } from '../protocol/members.ts';
import type { EventSourceMapping, QueueMapping, StreamMapping } from './event-source-mapping.ts';

/** What identifies a mapping, and its ends, which its members name. */
export interface MappingEnds {
  readonly uuid: string;
  readonly arn: string;
  readonly functionArn: string;
  readonly source: StreamSource | QueueSource;
}

export type StreamSource = Pick<StreamMapping, 'streamArn' | 'tableName'>;
export type QueueSource = Pick<QueueMapping, 'queueArn'>;

const OF_ALL = [
  'BatchSize',
  'Enabled',
  'EventSourceArn',
  'FilterCriteria',
  'FunctionName',
  'FunctionResponseTypes',
  'MaximumBatchingWindowInSeconds',
];
const OF_STREAMS = [
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'StartingPosition',
  'TumblingWindowInSeconds',
];
const OF_QUEUES = ['ScalingConfig'];
const WITHOUT_EFFECT = ['KMSKeyArn', 'KmsKeyArn', 'MetricsConfig', 'Tags'];

/** The quota of filters that AWS raises at most to. */
const MAX_FILTERS = 10;
/** A batch of more than this takes a window. */
const MAX_BATCH_WITHOUT_WINDOW = 10;

/** The error of AWS for a member that does not go with the others. */
export function invalidMapping(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

/**
 * A mapping from the members of CreateEventSourceMapping, which CloudFormation calls alike. Throws
 * `ValidationException` and `InvalidParameterValueException`.
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 */
export function readMapping(members: Members, { source, ...ends }: MappingEnds): EventSourceMapping {
  return 'queueArn' in source
    ? readQueueMapping(members, { ...ends, ...source })
    : readStreamMapping(members, { ...ends, ...source });
}

function readStreamMapping(
  members: Members,
  ends: Omit<MappingEnds, 'source'> & StreamSource,
): StreamMapping {
  members.allow(...OF_ALL, ...OF_STREAMS, ...WITHOUT_EFFECT);
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

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
function readQueueMapping(members: Members, ends: Omit<MappingEnds, 'source'> & QueueSource): QueueMapping {
  const given = OF_STREAMS.find((name) => ![undefined, null].includes(members.json[name] as undefined));
  if (given !== undefined) throw invalidMapping(`${given} is not supported for event sources of Amazon SQS.`);
  members.allow(...OF_ALL, ...OF_QUEUES, ...WITHOUT_EFFECT);
  const whole = wholeOf(members);
  const isFifoQueue = ends.queueArn.endsWith('.fifo');
  const batchSize = whole('BatchSize', 1, isFifoQueue ? 10 : 10_000, 10);
  const maximumBatchingWindowInSeconds = whole('MaximumBatchingWindowInSeconds', 0, 300, 0);
  if (isFifoQueue && maximumBatchingWindowInSeconds > 0) {
    throw invalidMapping('Batching window is not supported for FIFO queues.');
  }
  if (batchSize > MAX_BATCH_WITHOUT_WINDOW && maximumBatchingWindowInSeconds === 0) {
    throw invalidMapping(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  }
  const scaling = members.optionalObject('ScalingConfig');
  scaling?.allow('MaximumConcurrency');
  const maximumConcurrency = scaling?.optionalWhole('MaximumConcurrency', { least: 2, most: 1000 });
  return {
    ...ends,
    ...common(members),
    batchSize,
    maximumBatchingWindowInSeconds,
    ...(maximumConcurrency === undefined ? {} : { maximumConcurrency }),
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
  if (['queue', 'bucket'].includes(destinationKindOf(destination) ?? '')) return destination;
  throw invalidMapping(
    `OnFailure.Destination must be the ARN of a standard SQS queue or a bucket, and ${destination} is none.`,
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
