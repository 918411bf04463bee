import { type EventSourceMapping, isQueueMapping, type StreamMapping } from './event-source-mapping.ts';

/** What has become of a mapping. */
export type MappingState =
  | 'Creating'
  | 'Updating'
  | 'Enabling'
  | 'Enabled'
  | 'Disabling'
  | 'Disabled'
  | 'Deleting';

/** A mapping that is there. */
export interface LiveMapping {
  readonly mapping: EventSourceMapping;
  readonly lastModifiedMs: number;
  readonly state: MappingState;
  /** Absent before the first invocation. */
  readonly lastSucceeded?: boolean;
}

export const sourceArnOf = (mapping: EventSourceMapping): string =>
  isQueueMapping(mapping) ? mapping.queueArn : mapping.streamArn;

/**
 * As GetEventSourceMapping tells of it.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html
 */
export function describeMapping({ mapping, lastModifiedMs, state, lastSucceeded }: LiveMapping): object {
  const { filters } = mapping;
  const ofAll = {
    UUID: mapping.uuid,
    EventSourceMappingArn: mapping.arn,
    EventSourceArn: sourceArnOf(mapping),
    FunctionArn: mapping.functionArn,
    State: state,
    LastModified: lastModifiedMs / 1000,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.maximumBatchingWindowInSeconds,
    FunctionResponseTypes: mapping.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    ...(filters.length > 0 && { FilterCriteria: { Filters: filters.map((Pattern) => ({ Pattern })) } }),
  };
  if (!isQueueMapping(mapping)) {
    return { ...ofAll, ...streamMembers(mapping), LastProcessingResult: lastResult(lastSucceeded) };
  }
  const { maximumConcurrency } = mapping;
  return {
    ...ofAll,
    StateTransitionReason: 'USER_INITIATED',
    ...(maximumConcurrency !== undefined && { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
  };
}

function streamMembers(mapping: StreamMapping): object {
  return {
    StateTransitionReason: 'User action',
    StartingPosition: mapping.startingPosition,
    ParallelizationFactor: mapping.parallelizationFactor,
    TumblingWindowInSeconds: 0,
    BisectBatchOnFunctionError: mapping.bisectBatchOnFunctionError,
    MaximumRetryAttempts: mapping.maximumRetryAttempts,
    MaximumRecordAgeInSeconds: mapping.maximumRecordAgeInSeconds,
    DestinationConfig: {
      OnFailure: mapping.onFailure === undefined ? {} : { Destination: mapping.onFailure },
    },
  };
}

function lastResult(lastSucceeded: boolean | undefined): string {
  if (lastSucceeded === undefined) return 'No records processed';
  return lastSucceeded ? 'OK' : 'PROBLEM: Function call failed';
}

/** The members that would make the mapping as it is, for a change of some of them. */
export function membersOf(mapping: EventSourceMapping): Readonly<Record<string, unknown>> {
  const ofAll = {
    Enabled: mapping.enabled,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.maximumBatchingWindowInSeconds,
    FunctionResponseTypes: mapping.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    FilterCriteria: { Filters: mapping.filters.map((Pattern) => ({ Pattern })) },
  };
  if (isQueueMapping(mapping)) {
    const { maximumConcurrency } = mapping;
    return {
      ...ofAll,
      ...(maximumConcurrency !== undefined && { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
    };
  }
  const { StateTransitionReason: _, ...ofStream } = streamMembers(mapping) as Record<string, unknown>;
  return { ...ofAll, ...ofStream };
}
