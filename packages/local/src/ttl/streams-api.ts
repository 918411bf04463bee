import type { AwsRequest, AwsResponse, AwsService } from '../aws.ts';
import { moveTime, type StampRecords } from '../streams/stream-record.ts';

export interface StreamsApiOptions {
  /** Gives the records of removals by TTL their identity. */
  readonly stamp: StampRecords;
  /** By how many milliseconds the runtime's clock is ahead of the engine's. */
  offsetMs(): number;
}

const STREAMS = 'DynamoDBStreams_20120810.';
/** Not in ARNs. AWS's own iterators look alike: the stream's ARN, a bar, and more. */
const SEPARATOR = '|';
const ITERATOR = /^(arn:[^|]*)\|(.*)$/s;

/**
 * Lets callers read streams as AWS gives them: with the identity of removals by TTL, and by the runtime's clock. An
 * iterator says for itself which stream it is of. What is not about that goes to `next` as it is.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
 */
export function createStreamsApi(options: StreamsApiOptions, next: AwsService): AwsService {
  return async (request) => {
    const operation = String(request.headers['x-amz-target']).replace(STREAMS, '');
    if (operation === 'GetShardIterator') return getShardIterator(request, next);
    if (operation === 'GetRecords') return getRecords(request, options, next);
    return next(request);
  };
}

async function getShardIterator(request: AwsRequest, next: AwsService): Promise<AwsResponse> {
  const { StreamArn: streamArn } = parse(request.body);
  return change(await next(plain(request)), async ({ ShardIterator: iterator, ...answer }) => ({
    ...answer,
    ShardIterator: `${streamArn}${SEPARATOR}${iterator}`,
  }));
}

async function getRecords(
  request: AwsRequest,
  { stamp, offsetMs }: StreamsApiOptions,
  next: AwsService,
): Promise<AwsResponse> {
  const input = parse(request.body);
  const [, streamArn, iterator] = ITERATOR.exec(String(input['ShardIterator'])) ?? [];
  const body = iterator === undefined ? request.body : JSON.stringify({ ...input, ShardIterator: iterator });
  const response = await next(plain({ ...request, body: Buffer.from(body) }));
  return change(response, async (answer) => {
    const records = (answer['Records'] ?? []) as Parameters<StampRecords>[1];
    const stamped = streamArn === undefined ? records : await stamp(streamArn, records);
    const following = answer['NextShardIterator'];
    return {
      ...answer,
      Records: stamped.map((record) => moveTime(record, offsetMs())),
      ...(typeof following === 'string' && iterator !== undefined
        ? { NextShardIterator: `${streamArn}${SEPARATOR}${following}` }
        : {}),
    };
  });
}

/** Asks for an answer that can be read. */
function plain({ headers, ...request }: AwsRequest): AwsRequest {
  const { 'accept-encoding': _, ...rest } = headers;
  return { ...request, headers: rest };
}

/** Changes an answer that is not an error. */
async function change(
  response: AwsResponse,
  changed: (answer: Record<string, unknown>) => Promise<Record<string, unknown>>,
): Promise<AwsResponse> {
  if (response.status !== 200) return response;
  // The checksum is of the body as it was.
  const { 'x-amz-crc32': _, ...headers } = response.headers;
  const answer = Object(JSON.parse(response.body.toString()));
  return { ...response, headers, body: JSON.stringify(await changed(answer)) };
}

/** What the engine is to refuse is empty. */
function parse(body: Buffer): Record<string, unknown> {
  try {
    return Object(JSON.parse(body.toString('utf8')));
  } catch {
    return {};
  }
}
