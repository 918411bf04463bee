import * as z from 'zod/mini';
import { parseExactly } from './exact-json.ts';

/** A message as the queue has it. */
export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  /** When it came into the queue, in epoch milliseconds. */
  readonly sentAtMs: number;
}

interface Common {
  /** Why it is here, in the words of whatever failed. */
  readonly error: string;
  /** The function that has not done its work, without the stack's prefix: `register-device`. */
  readonly functionName?: string;
  readonly deviceId?: string;
  readonly topic?: string;
  /** How often it was tried. */
  readonly tries?: number;
  /** The device's original message in base64, where there was one. */
  readonly payloadBase64?: string;
}

/** An event that a function failed to handle, or never got. */
interface FailedInvocation extends Common {
  readonly kind: 'invocation';
  readonly functionName: string;
  /** JSON text. */
  readonly event: string;
}

/** Records of a table's stream that a function failed to handle: where they are, not what they say. */
interface FailedStreamBatch extends Common {
  readonly kind: 'stream';
  readonly functionName: string;
  readonly batch: StreamBatch;
}

/** A message that a rule could not pass on. */
export interface FailedRule extends Common {
  readonly kind: 'rule';
  readonly ruleName: string;
  readonly topic: string;
  readonly clientId: string;
  readonly traceId?: string;
  readonly payloadBase64: string;
}

/** A message with nobody to answer, or for an operation that nobody offers. */
export interface Unanswerable extends Common {
  readonly kind: 'unanswerable';
}

/** Nothing that this service has put into the queue. */
interface Foreign extends Common {
  readonly kind: 'foreign';
}

export type Letter = FailedInvocation | FailedStreamBatch | FailedRule | Unanswerable | Foreign;

const lambdaRecord = z.object({
  requestContext: z.object({
    functionArn: z.string(),
    condition: z.string(),
    approximateInvokeCount: z.optional(z.number()),
  }),
  requestPayload: z.optional(z.unknown()),
  responsePayload: z.optional(z.unknown()),
  responseContext: z.optional(z.object({ functionError: z.optional(z.string()) })),
});
type LambdaRecord = z.output<typeof lambdaRecord>;

const streamBatch = z.object({
  streamArn: z.string(),
  shardId: z.string(),
  startSequenceNumber: z.string(),
  endSequenceNumber: z.string(),
  batchSize: z.number(),
});
/** https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
export type StreamBatch = z.output<typeof streamBatch>;

/** https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html */
const ruleError = z.object({
  ruleName: z.string(),
  topic: z.string(),
  clientId: z.string(),
  cloudwatchTraceId: z.optional(z.string()),
  base64OriginalPayload: z.string(),
  failures: z.array(z.object({ failedAction: z.string(), errorMessage: z.string() })),
});

/** What the rule `unanswerable` of resources/rules.yml selects. */
const unanswerable = z.object({
  reason: z.literal('Unanswerable'),
  topic: z.string(),
  clientId: z.optional(z.string()),
  base64OriginalPayload: z.string(),
});

const deviceEvent = z.object({
  deviceId: z.optional(z.string()),
  topic: z.optional(z.string()),
  payload: z.optional(z.string()),
});

const DEVICE_TOPIC = /^devices\/([^/]+)\//;
const FUNCTION_ARN = /^arn:[\w-]+:lambda:[\w-]+:\d+:function:([\w-]+)(?::[\w$-]+)?$/;

/** What a message in the queue of a stack is, by its body. Whatever is not known for sure is foreign. */
export function readLetter(body: string, stackName: string): Letter {
  let content: unknown;
  try {
    content = parseExactly(body);
  } catch {
    return foreign('It is not JSON');
  }
  const record = lambdaRecord.safeParse(content);
  if (record.success) return readLambdaRecord(record.data, content, stackName);
  const failed = ruleError.safeParse(content);
  if (failed.success) return readRuleError(failed.data);
  const kept = unanswerable.safeParse(content);
  if (kept.success) return readUnanswerable(kept.data);
  return foreign('It is in none of the forms of docs/messages.md');
}

const foreign = (error: string): Foreign => ({ kind: 'foreign', error });

function readLambdaRecord(record: LambdaRecord, content: unknown, stackName: string): Letter {
  const { functionArn, approximateInvokeCount } = record.requestContext;
  const fullName = FUNCTION_ARN.exec(functionArn)?.[1];
  if (fullName?.startsWith(`${stackName}-`) !== true) {
    return foreign(`It names the function ${fullName ?? functionArn}, which is not one of ${stackName}`);
  }
  const common = {
    functionName: fullName.slice(stackName.length + 1),
    error: errorOf(record),
    ...(approximateInvokeCount !== undefined && { tries: approximateInvokeCount }),
  };
  const { DDBStreamBatchInfo: info, requestPayload } = Object(content);
  const batch = streamBatch.safeParse(info);
  if (batch.success) return { kind: 'stream', ...common, batch: batch.data };
  if (requestPayload === undefined) return foreign('It is a record of Lambda without the event that failed');
  return {
    kind: 'invocation',
    ...common,
    ...readEvent(requestPayload),
    event: JSON.stringify(requestPayload),
  };
}

/** `ResourceNotFoundException: …`, or why Lambda gave up where no function has said anything. */
function errorOf({ requestContext, responsePayload, responseContext }: LambdaRecord): string {
  const { errorType, errorMessage } = Object(responsePayload);
  const words = [errorType, errorMessage].filter((part) => typeof part === 'string');
  if (words.length > 0) return words.join(': ');
  const { functionError } = responseContext ?? {};
  return [requestContext.condition, functionError].filter((part) => part !== undefined).join(': ');
}

function readEvent(event: unknown) {
  const parsed = deviceEvent.safeParse(event);
  if (!parsed.success) return {};
  const { deviceId, topic, payload } = parsed.data;
  return {
    ...(deviceId !== undefined && { deviceId }),
    ...(topic !== undefined && { topic }),
    ...(payload !== undefined && { payloadBase64: payload }),
  };
}

function readRuleError(error: z.output<typeof ruleError>): FailedRule {
  const { ruleName, topic, clientId, cloudwatchTraceId, base64OriginalPayload, failures } = error;
  const [, deviceId] = DEVICE_TOPIC.exec(topic) ?? [];
  return {
    kind: 'rule',
    ruleName,
    topic,
    clientId,
    payloadBase64: base64OriginalPayload,
    error: failures.map(({ failedAction, errorMessage }) => `${failedAction}: ${errorMessage}`).join('; '),
    ...(cloudwatchTraceId !== undefined && { traceId: cloudwatchTraceId }),
    ...(deviceId !== undefined && { deviceId }),
  };
}

function readUnanswerable({
  topic,
  reason,
  base64OriginalPayload,
}: z.output<typeof unanswerable>): Unanswerable {
  const [, deviceId] = DEVICE_TOPIC.exec(topic) ?? [];
  return {
    kind: 'unanswerable',
    error: reason,
    topic,
    payloadBase64: base64OriginalPayload,
    ...(deviceId !== undefined && { deviceId }),
  };
}
