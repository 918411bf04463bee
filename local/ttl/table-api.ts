import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import type { TtlTable } from './expired-items.ts';

const DYNAMODB = 'DynamoDB_20120810.';

/**
 * What of DynamoDB's API is about TTL, for tables whose items the runtime deletes itself: for the engine, they have
 * none. Every other call goes to `next`.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html
 */
export function createTtlApi(tables: readonly TtlTable[], next: AwsService): AwsService {
  return async (request) => {
    const operation = String(request.headers['x-amz-target']).replace(DYNAMODB, '');
    if (operation !== 'DescribeTimeToLive' && operation !== 'UpdateTimeToLive') return next(request);
    const table = tables.find(({ tableName }) => tableName === tableNameOf(request));
    if (table === undefined) return next(request);
    if (operation === 'UpdateTimeToLive') throw isOfTheTemplate(table);
    return describe(table);
  };
}

function isOfTheTemplate({ tableName }: TtlTable): AwsError {
  return new AwsError(
    'ValidationException',
    `The TTL of ${tableName} is what the template says: change it there and start the laptop runtime again.`,
  );
}

function describe({ ttlAttribute }: TtlTable): AwsResponse {
  const description = { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute };
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ TimeToLiveDescription: description }),
  };
}

/** Undefined for what the engine is to refuse. */
function tableNameOf({ body }: AwsRequest): string | undefined {
  try {
    const name: unknown = Object(JSON.parse(body.toString('utf8')))['TableName'];
    // An ARN ends with the name.
    return typeof name === 'string' ? name.split('/').at(-1) : undefined;
  } catch {
    return undefined;
  }
}
