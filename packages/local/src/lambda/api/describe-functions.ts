import type { AwsResponse } from '../../aws.ts';
import { LATEST } from '../definition.ts';
import type { LiveFunction } from '../function-registry.ts';
import {
  type ApiContext,
  type Call,
  FUNCTIONS,
  invalidParameter,
  json,
  type Operations,
} from './operation.ts';

/**
 * A function as `serverless` compares it with what it is to become. A template's package tells neither the size nor the
 * hash of its archives.
 * https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
 */
export function configurationOf({ definition, lastModifiedMs }: LiveFunction): object {
  const { environment, code, layers = [] } = definition;
  return {
    ...definition.told,
    FunctionName: definition.functionName,
    FunctionArn: definition.arn,
    Runtime: definition.runtime,
    Handler: definition.handler,
    Timeout: definition.timeoutMs / 1000,
    MemorySize: definition.memoryMb,
    ...(code === undefined ? {} : { CodeSha256: code.codeSha256, CodeSize: code.codeSize }),
    LastModified: new Date(lastModifiedMs).toISOString().replace('Z', '+0000'),
    Version: LATEST,
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    ...(layers.length > 0 && { Layers: layers.map(({ arn: Arn }) => ({ Arn })) }),
    ...(Object.keys(environment).length > 0 && { Environment: { Variables: environment } }),
  };
}

function getFunction({ reference }: Call, { registry }: ApiContext): AwsResponse {
  const live = registry.find(reference);
  const { reservedConcurrency } = live.definition;
  return json({
    Configuration: configurationOf(live),
    Code: { RepositoryType: 'S3' },
    ...(reservedConcurrency !== undefined && {
      Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
    }),
  });
}

function listFunctions({ request }: Call, { registry }: ApiContext): AwsResponse {
  const [other] = request.query.keys();
  if (other !== undefined)
    throw invalidParameter(`The laptop runtime lists all functions: leave ${other} out.`);
  return json({ Functions: registry.all.map(configurationOf) });
}

export const describingOperations: Operations = {
  GetFunction: { http: `GET ${FUNCTIONS}/{FunctionName}`, answer: getFunction },
  ListFunctions: { http: `GET ${FUNCTIONS}`, answer: listFunctions },
};
