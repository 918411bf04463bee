import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError } from '../aws.ts';
import { assertEnvironment } from './assert-environment.ts';
import { isQueueArn } from './destinations.ts';
import type { FunctionLogging } from './logging.ts';

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

function notRunnable(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

function nodeMajor(definition: FunctionDefinition): number {
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

/** Extensions run beside the function; programs and libraries are found by the paths of Lambda's system. */
const UNUSABLE_LAYER_PARTS = ['extensions', 'bin', 'lib'];

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_LAYERS = 5;

/** Throws `InvalidParameterValueException` for what the laptop runtime would run otherwise than AWS does. */
export function assertRunnable(definition: FunctionDefinition): void {
  nodeMajor(definition);
  const { layers = [] } = definition;
  if (layers.length > MAX_LAYERS) throw notRunnable(`Cannot reference more than ${MAX_LAYERS} layers.`);
  for (const { arn, directory } of layers) {
    const unusable = UNUSABLE_LAYER_PARTS.find((part) => existsSync(join(directory, part)));
    if (unusable === undefined) continue;
    throw notRunnable(
      `The layer ${arn} of function ${definition.functionName} has a directory ${unusable}/, which the laptop runtime has no use for: it runs only what layers hold for Node.js, in nodejs/.`,
    );
  }
  assertEnvironment(definition.environment);
  const arn = definition.async?.onFailure;
  if (arn === undefined || isQueueArn(arn)) return;
  throw notRunnable(
    `The provided destination config DestinationArn ${arn} of function ${definition.functionName} is invalid: it must be the ARN of an SQS queue that is not FIFO, to which alone the laptop runtime sends.`,
  );
}
