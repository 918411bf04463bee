import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import { DynamoDbError } from '../engine/dynamodb-call.ts';
import type { TimeToLive } from '../engine/table-keeper.ts';

const DYNAMODB = 'DynamoDB_20120810.';

/** What calls change. */
type KnownTimeToLive = Omit<TimeToLive, 'isSaid'>;

type Body = Readonly<Record<string, unknown>>;

/**
 * What of DynamoDB's API is about TTL, since the runtime deletes what has expired itself: for the engine, tables have
 * none. Calls that change tables go to `next`, and are heard of here. So does every other call.
 */
export function createTtlApi(timeToLive: KnownTimeToLive, next: AwsService): AwsService {
  return async (request) => {
    const operation = String(request.headers['x-amz-target']).replace(DYNAMODB, '');
    const handler = HANDLERS.get(operation);
    if (handler === undefined) return next(request);
    try {
      return await handler(request, timeToLive, next);
    } catch (error) {
      // As of a table that another call has deleted meanwhile.
      throw error instanceof DynamoDbError ? new AwsError(error.name, error.message) : error;
    }
  };
}

type Handler = (request: AwsRequest, timeToLive: KnownTimeToLive, next: AwsService) => Promise<AwsResponse>;

const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ['DescribeTimeToLive', describe],
  ['UpdateTimeToLive', update],
  ['UpdateTable', tableUpdated],
  ['DeleteTable', tableDeleted],
]);

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html */
async function describe(
  request: AwsRequest,
  timeToLive: KnownTimeToLive,
  next: AwsService,
): Promise<AwsResponse> {
  const attributeName = timeToLive.attributeOf(tableNameOf(bodyOf(request)));
  // The engine says that it has none, or refuses a table that is not there.
  if (attributeName === undefined) return next(request);
  return answer({
    TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: attributeName },
  });
}

/**
 * A change holds at once, and another one may follow: on AWS, it takes up to an hour, and others are refused until then.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
 */
async function update(
  request: AwsRequest,
  timeToLive: KnownTimeToLive,
  next: AwsService,
): Promise<AwsResponse> {
  const body = bodyOf(request);
  const tableName = tableNameOf(body);
  const { AttributeName: attribute, Enabled: isEnabled } = Object(body['TimeToLiveSpecification']);
  const checked = await ask('DescribeTimeToLive', request, next);
  if (checked.status !== 200) return checked;
  if (typeof attribute !== 'string' || attribute === '' || attribute.length > 255) {
    throw invalid('TimeToLiveSpecification.AttributeName must have 1 to 255 characters');
  }
  if (typeof isEnabled !== 'boolean') throw invalid('TimeToLiveSpecification.Enabled must be true or false');
  const before = timeToLive.attributeOf(tableName);
  if (before === undefined && !isEnabled) throw invalid('TimeToLive is already disabled');
  if (before !== undefined && before !== attribute) {
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${before}`);
  }
  if (before !== undefined && isEnabled) throw invalid('TimeToLive is already enabled');
  await timeToLive.set(tableName, isEnabled ? attribute : undefined);
  return answer({ TimeToLiveSpecification: { AttributeName: attribute, Enabled: isEnabled } });
}

/**
 * It may have another stream from now on, but not in place of one that is on, which the engine would give it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
async function tableUpdated(
  request: AwsRequest,
  timeToLive: KnownTimeToLive,
  next: AwsService,
): Promise<AwsResponse> {
  const body = bodyOf(request);
  const tableName = tableNameOf(body);
  if (Object(body['StreamSpecification'])['StreamEnabled'] === true && (await hasStream(request, next))) {
    throw invalid(`Table already has an enabled stream: TableName: ${tableName}`);
  }
  const response = await next(request);
  const attributeName = timeToLive.attributeOf(tableName);
  const isOther = response.status === 200 && body['StreamSpecification'] !== undefined;
  if (isOther && attributeName !== undefined) await timeToLive.set(tableName, attributeName);
  return response;
}

async function hasStream(request: AwsRequest, next: AwsService): Promise<boolean> {
  const { status, body } = await ask('DescribeTable', request, next);
  const { Table: table } = status === 200 ? Object(JSON.parse(body.toString())) : {};
  return Object(Object(table)['StreamSpecification'])['StreamEnabled'] === true;
}

/** Asks the engine something about the table of a request. */
function ask(operation: string, request: AwsRequest, next: AwsService): Promise<AwsResponse> {
  const { 'accept-encoding': _, ...headers } = request.headers;
  const body = Buffer.from(JSON.stringify({ TableName: bodyOf(request)['TableName'] }));
  return next({ ...request, headers: { ...headers, 'x-amz-target': `${DYNAMODB}${operation}` }, body });
}

async function tableDeleted(
  request: AwsRequest,
  timeToLive: KnownTimeToLive,
  next: AwsService,
): Promise<AwsResponse> {
  const response = await next(request);
  if (response.status === 200) await timeToLive.forget(tableNameOf(bodyOf(request)));
  return response;
}

function answer(body: object): AwsResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(body),
  };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** What the engine is to refuse is empty. */
function bodyOf({ body }: AwsRequest): Body {
  try {
    return Object(JSON.parse(body.toString('utf8')));
  } catch {
    return {};
  }
}

/** An ARN ends with the name. */
function tableNameOf({ TableName: name }: Body): string {
  return typeof name === 'string' ? (name.split('/').at(-1) ?? name) : '';
}
