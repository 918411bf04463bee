import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws.ts';
import { defaultLogging, type FunctionDefinition, type FunctionLogging, LATEST } from './definition.ts';

/** Where the functions' SDK clients send their calls. */
export interface EndpointUrls {
  /** For every service: `AWS_ENDPOINT_URL`. */
  readonly all: string;
  /** By service id as in `AWS_ENDPOINT_URL_<SERVICE>`, for example `DYNAMODB` or `IOT_DATA_PLANE`. */
  readonly services?: Readonly<Record<string, string>>;
}

/** The log stream of one execution environment: date, version and an id. */
export function logStreamName(nowMs: number): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${LATEST}]${randomUUID().replaceAll('-', '')}`;
}

/** Lambda tells the function of its format with JSON alone. */
function loggingVariables({ logFormat, applicationLogLevel }: FunctionLogging): Record<string, string> {
  if (logFormat === 'Text') return {};
  return { AWS_LAMBDA_LOG_FORMAT: logFormat, AWS_LAMBDA_LOG_LEVEL: applicationLogLevel };
}

function endpointVariables(endpointUrls: EndpointUrls): Record<string, string> {
  const services = Object.entries(endpointUrls.services ?? {});
  return {
    AWS_ENDPOINT_URL: endpointUrls.all,
    ...Object.fromEntries(services.map(([service, url]) => [`AWS_ENDPOINT_URL_${service}`, url])),
  };
}

/**
 * All of `process.env` as a function sees it: its own variables, Lambda's reserved ones, and the endpoint in
 * place of AWS. Nothing of the developer's environment gets in, so that no call can reach a real account.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function environmentVariables(
  definition: FunctionDefinition,
  region: string,
  endpointUrls: EndpointUrls,
  logStream: string,
): Record<string, string> {
  const logging = definition.logging ?? defaultLogging(definition.functionName);
  return {
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    ...definition.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: definition.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: LATEST,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logging.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    ...loggingVariables(logging),
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LAMBDA_TASK_ROOT: definition.codeDir,
    _HANDLER: definition.handler,
    AWS_ACCESS_KEY_ID: 'AKIALOCALRUNTIME0000',
    AWS_SECRET_ACCESS_KEY: 'local-runtime-secret-that-opens-nothing',
    AWS_SESSION_TOKEN: 'local-runtime-session',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...endpointVariables(endpointUrls),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_ENVIRONMENT_BYTES = 4096;

/** Throws `InvalidParameterValueException` for variables that Lambda does not take. */
export function assertEnvironment(environment: Readonly<Record<string, string>>): void {
  const unable =
    'Lambda was unable to configure your environment variables because the environment variables you have provided';
  const reserved = Object.keys(environment).filter((name) => RESERVED.has(name));
  if (reserved.length > 0) {
    throw new AwsError(
      'InvalidParameterValueException',
      `${unable} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  if (Buffer.byteLength(JSON.stringify(environment)) > MAX_ENVIRONMENT_BYTES) {
    throw new AwsError('InvalidParameterValueException', `${unable} exceeded the 4KB limit.`);
  }
}
