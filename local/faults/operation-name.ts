import type { AwsRequest } from '../aws.ts';
import { iotOperationOf } from '../iot/iot-service.ts';
import { lambdaOperationOf } from '../lambda/api/lambda-api.ts';
import { iotDataOperationOf } from '../mqtt/iot-data-service.ts';

/** Operations of S3 on a bucket or an object, by what tells them apart: the method, and a name in the query. */
const S3_OPERATIONS: readonly (readonly [method: string, parameter: string | undefined, name: string])[] = [
  ['POST', 'uploads', 'CreateMultipartUpload'],
  ['POST', 'uploadId', 'CompleteMultipartUpload'],
  ['PUT', 'uploadId', 'UploadPart'],
  ['DELETE', 'uploadId', 'AbortMultipartUpload'],
  ['GET', 'list-type', 'ListObjectsV2'],
  ['GET', undefined, 'GetObject'],
  ['HEAD', undefined, 'HeadObject'],
  ['PUT', undefined, 'PutObject'],
  ['DELETE', undefined, 'DeleteObject'],
];

function s3OperationOf({ method, query }: AwsRequest): string | undefined {
  return S3_OPERATIONS.find(
    ([of, parameter]) => of === method && (parameter === undefined || query.has(parameter)),
  )?.[2];
}

const BY_PATH: ReadonlyMap<string, (request: AwsRequest) => string | undefined> = new Map([
  ['iot', iotOperationOf],
  ['iotdata', iotDataOperationOf],
  ['lambda', lambdaOperationOf],
  ['s3', s3OperationOf],
]);

/** AWS's name of the operation that a call is for; empty where it is for none that is known. */
export function operationName(request: AwsRequest): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.lastIndexOf('.') + 1);
  const byPath = BY_PATH.get(request.service);
  if (byPath !== undefined) return byPath(request) ?? '';
  // The query protocol, which STS speaks.
  return (
    new URLSearchParams(request.body.toString('utf8')).get('Action') ?? request.query.get('Action') ?? ''
  );
}
