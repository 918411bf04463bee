import { AwsError } from '../aws.ts';
import { ANY_CHARACTER, ANY_TEXT, matchTokens } from '../iot/policy/template.ts';

/** How a function logs (`LoggingConfig`). */
export interface FunctionLogging {
  readonly logFormat: 'Text' | 'JSON';
  /** Of what the function logs; acts with JSON alone. */
  readonly applicationLogLevel: ApplicationLogLevel;
  /** Of what the platform logs; acts with JSON alone. */
  readonly systemLogLevel: 'INFO' | 'WARN';
  readonly logGroupName: string;
}

/** What the runtime honours: above INFO, Lambda drops lines that have no level, metrics among them. */
export type ApplicationLogLevel = 'TRACE' | 'DEBUG' | 'INFO';

/** What is done with an event of an asynchronous invocation (`AWS::Lambda::EventInvokeConfig`). */
export interface AsynchronousSettings {
  /** Tries after the first one: 0, 1 or 2. */
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  /** ARN of a standard SQS queue, for the events that are given up. */
  readonly onFailure?: string;
}

/** A version of a layer. */
export interface LayerDefinition {
  /** `arn:aws:lambda:{region}:{account}:layer:{layerName}:{version}`; of a template, it is version 1. */
  readonly arn: string;
  /** Absolute path of the directory that its archive was unzipped to; Lambda unzips it to /opt. */
  readonly directory: string;
}

/** Who may invoke a function besides its own account: `AWS::Lambda::Permission`. */
export interface InvokePermission {
  /** A service's domain, an account's id, the ARN of an identity, or `*`. */
  readonly principal: string;
  /** May have wildcards. */
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

/** A function's archive, where it is known. */
export interface FunctionCode {
  /** In base64. */
  readonly codeSha256: string;
  readonly codeSize: number;
}

/** A function, resolved. */
export interface FunctionDefinition {
  readonly functionName: string;
  /** Unqualified: `arn:aws:lambda:{region}:{account}:function:{functionName}`. */
  readonly arn: string;
  /** `path/module.export`, relative to `codeDir`. */
  readonly handler: string;
  /** Absolute path of the directory that the function's package was unzipped to. */
  readonly codeDir: string;
  /** In the order in which Lambda unpacks them, the later over the earlier. */
  readonly layers?: readonly LayerDefinition[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** `nodejs24.x` and the like. */
  readonly runtime: string;
  /** As AWS has it by default when absent. */
  readonly async?: AsynchronousSettings;
  readonly reservedConcurrency?: number;
  /** Text to the function's own log group when absent. */
  readonly logging?: FunctionLogging;
  readonly permissions?: readonly InvokePermission[];
  readonly code?: FunctionCode;
  /** What has no effect here, but is told: in the shape of GetFunction's Configuration. */
  readonly told?: Readonly<Record<string, unknown>>;
}

/** As Lambda logs where the template says nothing. */
export function defaultLogging(functionName: string): FunctionLogging {
  return {
    logFormat: 'Text',
    applicationLogLevel: 'INFO',
    systemLogLevel: 'INFO',
    logGroupName: `/aws/lambda/${functionName}`,
  };
}

/** The defaults of AWS where a template has no `EventInvokeConfig`: two retries, six hours. */
export const defaultAsynchronousSettings: AsynchronousSettings = {
  maximumRetryAttempts: 2,
  maximumEventAgeSeconds: 21_600,
};

export function asynchronousSettingsOf({ async }: FunctionDefinition): AsynchronousSettings {
  return async ?? defaultAsynchronousSettings;
}

const NODE_RUNTIME = /^nodejs(\d+)\.x$/;

/** The last major version whose runtime calls handlers with a callback. */
const LAST_CALLBACK_NODE_MAJOR = 22;

export function notRunnable(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

export function nodeMajor(definition: FunctionDefinition): number {
  const match = NODE_RUNTIME.exec(definition.runtime);
  if (match === null) {
    throw notRunnable(
      `Function ${definition.functionName} has the runtime ${definition.runtime}, which the laptop runtime cannot run: use a nodejs runtime.`,
    );
  }
  return Number(match[1]);
}

/**
 * From `nodejs24.x` on, Lambda refuses handlers that take a callback as their third parameter.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
export function acceptsCallbacks(definition: FunctionDefinition): boolean {
  return nodeMajor(definition) <= LAST_CALLBACK_NODE_MAJOR;
}

/** What invokes a function. */
export interface Invoker {
  /** A service's domain, such as `iot.amazonaws.com`. */
  readonly principal: string;
  /** Of what the service invokes the function for, such as a rule. */
  readonly sourceArn: string;
  /** Whose that is. */
  readonly accountId: string;
}

/** Whether a permission is given to a service. */
export function permits(permission: InvokePermission, { principal, sourceArn, accountId }: Invoker): boolean {
  return (
    [principal, '*'].includes(permission.principal) &&
    (permission.sourceArn === undefined || isLike(permission.sourceArn, sourceArn)) &&
    (permission.sourceAccount ?? accountId) === accountId
  );
}

/** `ArnLike`. */
function isLike(pattern: string, arn: string): boolean {
  const tokens = pattern
    .split(/([*?])/)
    .map((part) => (part === '*' ? ANY_TEXT : part === '?' ? ANY_CHARACTER : part));
  return matchTokens(tokens)(arn);
}

/** The one version that functions have. */
export const LATEST = '$LATEST';

const FUNCTION_REFERENCE =
  /^(?:arn:aws[\w-]*:lambda:(?<region>[^:]+):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[\w-]+)(?::(?<qualifier>\$LATEST|[\w-]+))?$/;

/** A function as a caller refers to it. */
export interface FunctionReference {
  readonly functionName: string;
  readonly region?: string;
  readonly accountId?: string;
  readonly qualifier?: string;
}

/**
 * Reads a name, a partial ARN or an ARN, each with or without a qualifier.
 * Throws `ValidationException` for anything else.
 */
export function parseFunctionReference(reference: string): FunctionReference {
  const groups = FUNCTION_REFERENCE.exec(reference)?.groups;
  if (groups?.['name'] === undefined) {
    throw new AwsError(
      'ValidationException',
      `Value '${reference}' at 'functionName' is no name and no ARN of a function.`,
    );
  }
  return {
    functionName: groups['name'],
    ...(groups['region'] === undefined ? {} : { region: groups['region'] }),
    ...(groups['account'] === undefined ? {} : { accountId: groups['account'] }),
    ...(groups['qualifier'] === undefined ? {} : { qualifier: groups['qualifier'] }),
  };
}

/** Whether an ARN is a standard queue's: what is sent once Lambda is done with an event goes to no other. */
export const isQueueArn = (arn: string): boolean => /^arn:[^:]+:sqs:[^:]+:\d+:[\w-]+$/.test(arn);
