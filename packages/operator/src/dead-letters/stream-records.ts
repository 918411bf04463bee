import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamsRecord,
} from '@aws-sdk/client-dynamodb-streams';
import {
  type EventSourceMappingConfiguration,
  type LambdaClient,
  paginateListEventSourceMappings,
} from '@aws-sdk/client-lambda';
import { RefusedLetter } from '../errors.ts';
import type { Stack } from '../stack.ts';
import { compileFilter } from './event-filter.ts';
import type { StreamBatch } from './letter.ts';

export interface StreamRecords {
  /**
   * Reads the records of a batch once more, in the form that Lambda gives them to the function, those alone that the
   * function's mapping lets through. Throws `RefusedLetter` when the stream has not got all of them any more.
   */
  read(functionName: string, batch: StreamBatch): Promise<readonly object[]>;
}

/** A page holds 1,000 records or 1 MB; a batch of Lambda's has 6 MB at the most, with what lies in between. */
const MAX_PAGES = 200;

const TRIMMED = new Set(['TrimmedDataAccessException', 'ResourceNotFoundException']);

const trimmed = (cause?: unknown) =>
  new RefusedLetter(
    'The stream does not have the records any more (it keeps them for 24 hours): look at the devices themselves, then discard it',
    { cause },
  );

export function createStreamRecords(
  { streams, lambda }: { readonly streams: DynamoDBStreamsClient; readonly lambda: LambdaClient },
  { name }: Stack,
): StreamRecords {
  return {
    async read(functionName, batch) {
      const { arn, isWanted } = await findMapping(lambda, `${name}-${functionName}`, batch);
      const records = await readBatch(streams, batch);
      const events = records.map((record) => toEvent(record, arn)).filter(isWanted);
      if (events.length > 0) return events;
      throw new RefusedLetter('The function does not take any of these records any more: discard it');
    },
  };
}

/** `arn:aws:dynamodb:eu-west-1:123456789012:table/devices/stream/2026-01-01T00:00:00.000` */
const tableOf = (streamArn: string | undefined): string | undefined => streamArn?.split('/')[1];

/** What the function's mapping to the table's stream is called, and which records it lets through. */
async function findMapping(client: LambdaClient, functionName: string, { streamArn }: StreamBatch) {
  const found: EventSourceMappingConfiguration[] = [];
  for await (const page of paginateListEventSourceMappings({ client }, { FunctionName: functionName })) {
    found.push(...(page.EventSourceMappings ?? []));
  }
  const mapping = found.find(({ EventSourceArn }) => tableOf(EventSourceArn) === tableOf(streamArn));
  if (mapping?.EventSourceArn === undefined) {
    throw new RefusedLetter(
      `The function ${functionName} does not read the stream ${streamArn} any more: discard it`,
    );
  }
  const filters = (mapping.FilterCriteria?.Filters ?? []).map(({ Pattern = '{}' }) =>
    compileFilter(JSON.parse(Pattern)),
  );
  return {
    arn: mapping.EventSourceArn,
    isWanted: (event: object) => filters.length === 0 || filters.some((matches) => matches(event)),
  };
}

/** From the first to the last of the batch, with those in between that were filtered out. */
async function readBatch(
  client: DynamoDBStreamsClient,
  batch: StreamBatch,
): Promise<readonly StreamsRecord[]> {
  const { startSequenceNumber, endSequenceNumber } = batch;
  const end = BigInt(endSequenceNumber);
  const records: StreamsRecord[] = [];
  let ShardIterator = await iteratorAt(client, batch);
  for (let page = 0; page < MAX_PAGES && ShardIterator !== undefined; page += 1) {
    const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator }));
    records.push(...Records.filter((record) => sequenceOf(record) <= end));
    if (Records.some((record) => sequenceOf(record) >= end)) break;
    ShardIterator = NextShardIterator;
  }
  const [first, last] = [records.at(0), records.at(-1)];
  const isWhole =
    first?.dynamodb?.SequenceNumber === startSequenceNumber &&
    last?.dynamodb?.SequenceNumber === endSequenceNumber;
  if (!isWhole) throw trimmed();
  return records;
}

const sequenceOf = ({ dynamodb }: StreamsRecord): bigint => BigInt(dynamodb?.SequenceNumber ?? 0);

async function iteratorAt(
  client: DynamoDBStreamsClient,
  { streamArn, shardId, startSequenceNumber }: StreamBatch,
): Promise<string | undefined> {
  try {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamArn: streamArn,
        ShardId: shardId,
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        SequenceNumber: startSequenceNumber,
      }),
    );
    return ShardIterator;
  } catch (error) {
    if (error instanceof Error && TRIMMED.has(error.name)) throw trimmed(error);
    throw error;
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
function toEvent({ dynamodb = {}, userIdentity, ...record }: StreamsRecord, eventSourceARN: string): object {
  const { ApproximateCreationDateTime: at, ...change } = dynamodb;
  return {
    ...record,
    ...(userIdentity !== undefined && {
      userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId },
    }),
    dynamodb: {
      ...(at !== undefined && { ApproximateCreationDateTime: at.getTime() / 1000 }),
      ...(withBase64(change) as object),
    },
    eventSourceARN,
  };
}

/** Bytes are base64 in events. */
function withBase64(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(withBase64);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withBase64(inner)]));
}
