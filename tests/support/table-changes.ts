import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

export type Image = Readonly<Record<string, unknown>> & { readonly id: string };

/** One write to one item, as the table's stream tells it; `undefined` where there was or is no item. */
export interface Change {
  readonly before: Image | undefined;
  readonly after: Image | undefined;
}

/** Streams have a client package of their own, of which this is all that is needed; engines check no signatures. */
async function call<T>(endpoint: string, operation: string, body: object): Promise<T> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
      'x-amz-date': '20260101T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=test',
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${operation} failed: ${text}`);
  return JSON.parse(text) as T;
}

/** A record of a stream, as Lambda gives it to a function. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly Keys: { readonly id: { readonly S: string } };
    readonly OldImage?: object;
    readonly NewImage?: object;
  };
}

interface StreamRecords {
  readonly Records: readonly StreamRecord[];
  readonly NextShardIterator?: string;
}

const toImage = (image: object | undefined) =>
  image === undefined ? undefined : (unmarshall(image as Parameters<typeof unmarshall>[0]) as Image);

/** All writes to a table since it was made, in their order. For engines that keep a table's stream in one shard. */
export async function readStream(
  client: DynamoDBClient,
  endpoint: string,
  table: string,
): Promise<readonly StreamRecord[]> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  const StreamArn = Table?.LatestStreamArn;
  const { StreamDescription } = await call<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
    endpoint,
    'DescribeStream',
    { StreamArn },
  );
  const [shard, ...others] = StreamDescription.Shards;
  if (shard === undefined) return [];
  if (others.length > 0)
    throw new Error(`The stream of ${table} has several shards, whose order is not known.`);
  const position = { StreamArn, ShardId: shard.ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  let { ShardIterator } = await call<{ ShardIterator: string | undefined }>(
    endpoint,
    'GetShardIterator',
    position,
  );
  const records: StreamRecord[] = [];
  while (ShardIterator !== undefined) {
    const page: StreamRecords = await call(endpoint, 'GetRecords', { ShardIterator });
    if (page.Records.length === 0) break;
    records.push(...page.Records);
    ShardIterator = page.NextShardIterator;
  }
  return records;
}

/** The same as plain objects. */
export async function readChanges(...table: Parameters<typeof readStream>): Promise<readonly Change[]> {
  const records = await readStream(...table);
  return records.map(({ dynamodb: { OldImage, NewImage } }) => ({
    before: toImage(OldImage),
    after: toImage(NewImage),
  }));
}
