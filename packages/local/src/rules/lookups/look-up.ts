import type { AwsService } from '../../aws.ts';
import type { FunctionInvoker } from '../../contracts.ts';
import type { DynamoDbCall } from '../../engine/dynamodb-call.ts';
import { readJson } from '../numbers/read-json.ts';
import { RuleEvaluationError } from '../rule-error.ts';
import type { Value } from '../value.ts';
import { itemValue } from './item-value.ts';
import type { LookUp } from './recall.ts';
import type { LookupRequest } from './request.ts';

/** What statements look things up in. */
export interface LookupTargets {
  readonly functions: FunctionInvoker;
  readonly dynamodb: DynamoDbCall;
  /** AWS IoT's own APIs; without them, what asks for things and shadows can't be evaluated. */
  readonly iotApis?: { readonly iot: AwsService; readonly iotdata: AwsService };
  /** Whether a function's resource policy (`AWS::Lambda::Permission`) lets the rule invoke it. */
  readonly mayInvoke: (functionArn: string, ruleArn: string) => boolean;
}

/** "Lambda function calls from rules should be completed within 2000 milliseconds." */
const INVOCATION_LIMIT_MS = 2_000;

/**
 * Looks up for a rule's statement. It rejects with {@link RuleEvaluationError} for whatever a service answers but what
 * was asked for. Roles are checked nowhere here: there is no IAM on the laptop.
 */
export function createLookUp(targets: LookupTargets, ruleArn: string): LookUp {
  return async (request) => {
    try {
      return await answer(request, targets, ruleArn);
    } catch (error) {
      if (error instanceof RuleEvaluationError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new RuleEvaluationError(`${request.kind} failed: ${reason}`);
    }
  };
}

async function answer(request: LookupRequest, targets: LookupTargets, ruleArn: string): Promise<Value> {
  switch (request.kind) {
    case 'invoke':
      return invoke(request, targets, ruleArn);
    case 'getItem': {
      const { Item } = await targets.dynamodb('GetItem', { TableName: request.tableName, Key: request.key });
      return Item === undefined ? undefined : itemValue(Object(Item));
    }
    case 'getThingShadow': {
      const query = request.shadowName === undefined ? {} : { name: request.shadowName };
      return get(targets, 'iotdata', `/things/${encodeURIComponent(request.thingName)}/shadow`, query);
    }
    case 'registry': {
      const path = `/things/${encodeURIComponent(request.thingName)}`;
      return get(targets, 'iot', request.api === 'DescribeThing' ? path : `${path}/thing-groups`);
    }
  }
}

async function invoke(
  { functionArn, payload }: Extract<LookupRequest, { kind: 'invoke' }>,
  { functions, mayInvoke }: LookupTargets,
  ruleArn: string,
): Promise<Value> {
  if (!mayInvoke(functionArn, ruleArn)) {
    throw new RuleEvaluationError(
      `aws_lambda may not invoke ${functionArn}: permit it to iot.amazonaws.com with AWS::Lambda::Permission`,
    );
  }
  const result = await inTime(functions.invoke(functionArn, payload), functionArn);
  if (result.functionError !== undefined) {
    throw new RuleEvaluationError(`${functionArn} failed: ${result.payload}`);
  }
  const value = readJson(Buffer.from(result.payload));
  if (value === undefined) throw new RuleEvaluationError(`${functionArn} returned no JSON`);
  return value;
}

/** The invocation goes on; nobody waits for it. */
async function inTime<T>(invocation: Promise<T>, functionArn: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new RuleEvaluationError(`${functionArn} took more than ${INVOCATION_LIMIT_MS} ms`);
    timer = setTimeout(() => reject(error), INVOCATION_LIMIT_MS);
  });
  try {
    return await Promise.race([invocation, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function get(
  { iotApis }: LookupTargets,
  service: 'iot' | 'iotdata',
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Value> {
  if (iotApis === undefined) throw new RuleEvaluationError(`there is no ${service} to ask for ${path}`);
  const { body } = await iotApis[service]({
    service,
    method: 'GET',
    path,
    query: new URLSearchParams(query),
    headers: {},
    body: Buffer.alloc(0),
  });
  return readJson(Buffer.from(body));
}
