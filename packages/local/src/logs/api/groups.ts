import { AwsError } from '../../aws.ts';
import type { Members } from '../../protocol/members.ts';
import type { LogGroup, LogStream } from '../log-group.ts';
import {
  type ApiContext,
  groupArn,
  invalidParameter,
  type Operation,
  pageOf,
  requestedGroup,
} from './operation.ts';

const MAX_DESCRIBED = 50;

const GROUP_NAME = /^[.\-_/#A-Za-z0-9]{1,512}$/;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * Tags, a key and the class have no effect on a laptop.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
 */
export const createLogGroup: Operation = async (request, { store }) => {
  const logGroupName = request.text('logGroupName');
  if (!GROUP_NAME.test(logGroupName)) {
    throw invalidParameter(`logGroupName must match ${GROUP_NAME.source}`);
  }
  if (store.group(logGroupName) !== undefined) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  await store.keeper.put({ logGroupName });
  return {};
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html */
export const deleteLogGroup: Operation = async (request, context) => {
  await context.store.keeper.remove({ logGroupName: requestedGroup(request, context).logGroupName });
  return {};
};

/** Told, not acted on. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const putRetentionPolicy: Operation = async (request, context) => {
  const { logGroupName } = requestedGroup(request, context);
  const retentionInDays = request.whole('retentionInDays');
  if (!RETENTION_DAYS.includes(retentionInDays)) {
    throw invalidParameter(`retentionInDays must be one of ${RETENTION_DAYS.join(', ')}`);
  }
  await context.store.keeper.put({ logGroupName, retentionInDays });
  return {};
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html */
export const deleteRetentionPolicy: Operation = async (request, context) => {
  const { logGroupName } = requestedGroup(request, context);
  await context.store.keeper.put({ logGroupName });
  return {};
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export const describeLogGroups: Operation = (request, context) => {
  const prefix = request.optionalText('logGroupNamePrefix');
  const part = request.optionalText('logGroupNamePattern');
  if (prefix !== undefined && part !== undefined) {
    throw invalidParameter('Give one of logGroupNamePrefix and logGroupNamePattern.');
  }
  const groups = context.store
    .groups()
    .filter(({ logGroupName }) => logGroupName.startsWith(prefix ?? ''))
    .filter(({ logGroupName }) => logGroupName.toLowerCase().includes(part?.toLowerCase() ?? ''));
  const { items, next } = pageOf(groups, request, 'limit', MAX_DESCRIBED);
  return { logGroups: items.map((group) => describeGroup(group, context)), ...next };
};

function describeGroup(group: LogGroup, context: ApiContext): object {
  const arn = groupArn(group, context);
  return {
    logGroupName: group.logGroupName,
    creationTime: group.creationTimeMs,
    retentionInDays: group.retentionInDays,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    logGroupClass: 'STANDARD',
    storedBytes: group.storedBytes,
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html */
export const describeLogStreams: Operation = (request, context) => {
  const group = requestedGroup(request, context);
  const streams = orderedStreams(group, request);
  const { items, next } = pageOf(streams, request, 'limit', MAX_DESCRIBED);
  const arn = groupArn(group, context);
  return { logStreams: items.map((stream) => describeStream(stream, arn)), ...next };
};

function orderedStreams(group: LogGroup, request: Members): readonly LogStream[] {
  const prefix = request.optionalText('logStreamNamePrefix');
  const orderBy = request.optionalText('orderBy') ?? 'LogStreamName';
  const streams = group.streams.filter(({ logStreamName }) => logStreamName.startsWith(prefix ?? ''));
  if (orderBy === 'LastEventTime') {
    if (prefix !== undefined)
      throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    streams.sort((one, other) => (one.lastEventTimestampMs ?? 0) - (other.lastEventTimestampMs ?? 0));
  } else if (orderBy !== 'LogStreamName') {
    throw invalidParameter('orderBy must be LogStreamName or LastEventTime');
  }
  return request.optionalFlag('descending') === true ? streams.reverse() : streams;
}

function describeStream(stream: LogStream, arnOfGroup: string): object {
  return {
    logStreamName: stream.logStreamName,
    creationTime: stream.creationTimeMs,
    firstEventTimestamp: stream.firstEventTimestampMs,
    lastEventTimestamp: stream.lastEventTimestampMs,
    lastIngestionTime: stream.lastIngestionTimeMs,
    arn: `${arnOfGroup}:log-stream:${stream.logStreamName}`,
    storedBytes: 0,
  };
}
