import type { AwsRequest } from '../aws.ts';
import { iotOperationOf } from '../iot/iot-service.ts';
import { lambdaOperationOf } from '../lambda/api/lambda-api.ts';
import { iotDataOperationOf } from '../mqtt/iot-data-service.ts';
import { s3OperationOf } from '../s3/operations.ts';

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
  // The query protocol, which SNS, STS and CloudFormation speak.
  return (
    new URLSearchParams(request.body.toString('utf8')).get('Action') ?? request.query.get('Action') ?? ''
  );
}
