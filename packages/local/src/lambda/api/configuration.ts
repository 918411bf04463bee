import { LATEST } from '../function-name.ts';
import type { LiveFunction } from '../live-function.ts';
import { defaultLogging } from '../logging.ts';

/**
 * A function as GetFunctionConfiguration tells of it. A template's package tells neither the size nor the hash of its
 * archives.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
 */
export function configurationOf({ definition, lastModifiedMs, revisionId }: LiveFunction) {
  const { functionName, environment, code } = definition;
  const { logFormat, logGroupName, ...levels } = definition.logging ?? defaultLogging(functionName);
  return {
    Description: '',
    TracingConfig: { Mode: 'PassThrough' },
    Architectures: ['x86_64'],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    ...definition.told,
    FunctionName: functionName,
    FunctionArn: definition.arn,
    Runtime: definition.runtime,
    Handler: definition.handler,
    Timeout: definition.timeoutMs / 1000,
    MemorySize: definition.memoryMb,
    ...(code === undefined ? {} : { CodeSha256: code.codeSha256, CodeSize: code.codeSize }),
    LastModified: new Date(lastModifiedMs).toISOString().replace('Z', '+0000'),
    RevisionId: revisionId,
    Version: LATEST,
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    ...(definition.layers !== undefined &&
      definition.layers.length > 0 && { Layers: definition.layers.map(({ arn: Arn }) => ({ Arn })) }),
    ...(Object.keys(environment).length > 0 && { Environment: { Variables: environment } }),
    LoggingConfig: {
      LogFormat: logFormat,
      ...(logFormat === 'JSON' && {
        ApplicationLogLevel: levels.applicationLogLevel,
        SystemLogLevel: levels.systemLogLevel,
      }),
      LogGroup: logGroupName,
    },
  };
}
