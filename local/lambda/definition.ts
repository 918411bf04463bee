import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionLogging } from './logging.ts';

/** What is done with an event of an asynchronous invocation (`AWS::Lambda::EventInvokeConfig`). */
export interface AsynchronousSettings {
  /** Tries after the first one: 0, 1 or 2. */
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  /** ARN of a standard SQS queue or of a function of the same template. */
  readonly onFailure?: string;
  readonly onSuccess?: string;
}

/** A layer of the template. */
export interface LayerDefinition {
  /** Of its one version: `arn:aws:lambda:{region}:{account}:layer:{layerName}:1`. */
  readonly arn: string;
  /** Absolute path of the directory that its archive was unzipped to; Lambda unzips it to /opt. */
  readonly directory: string;
}

/** A function of the template, resolved. */
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
  readonly async: AsynchronousSettings;
  readonly reservedConcurrency?: number;
  /** Text to the function's own log group when absent. */
  readonly logging?: FunctionLogging;
}

/** The defaults of AWS where a template has no `EventInvokeConfig`: two retries, six hours. */
export const defaultAsynchronousSettings: AsynchronousSettings = {
  maximumRetryAttempts: 2,
  maximumEventAgeSeconds: 21_600,
};

/** The one version that the runtime has. */
export const LATEST = '$LATEST';

const NODE_RUNTIME = /^nodejs(\d+)\.x$/;

/** The last major version whose runtime calls handlers with a callback. */
const LAST_CALLBACK_NODE_MAJOR = 22;

function nodeMajor(definition: FunctionDefinition): number {
  const match = NODE_RUNTIME.exec(definition.runtime);
  if (match === null) {
    throw new Error(
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

const STANDARD_QUEUE_ARN = /^arn:[^:]+:sqs:[^:]*:[^:]*:(?!.*\.fifo$)[^:]+$/;
const FUNCTION_ARN = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:/;

/** Throws for what the laptop runtime would run otherwise than AWS does. */
export function assertRunnable(definition: FunctionDefinition): void {
  nodeMajor(definition);
  for (const { arn, directory } of definition.layers ?? []) {
    const unusable = UNUSABLE_LAYER_PARTS.find((part) => existsSync(join(directory, part)));
    if (unusable === undefined) continue;
    throw new Error(
      `The layer ${arn} of function ${definition.functionName} has a directory ${unusable}/, which the laptop runtime has no use for: it runs only what layers hold for Node.js, in nodejs/.`,
    );
  }
  for (const destination of [definition.async.onFailure, definition.async.onSuccess]) {
    if (destination === undefined) continue;
    if (!STANDARD_QUEUE_ARN.test(destination) && !FUNCTION_ARN.test(destination)) {
      throw new Error(
        `Function ${definition.functionName} has the destination ${destination}, which the laptop runtime cannot send to: use a standard SQS queue or a function.`,
      );
    }
  }
}
