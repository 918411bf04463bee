import type { Context } from 'aws-lambda';

export const AWS_REQUEST_ID = '6f0a5b1c-0000-4000-8000-000000000001';

/** The context that Lambda hands to a function with its ten seconds ahead. */
export function aContext(remainingMs = 10_000): Context {
  return {
    awsRequestId: AWS_REQUEST_ID,
    functionName: 'function',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:function',
    memoryLimitInMB: '512',
    logGroupName: '/aws/lambda/function',
    logStreamName: 'stream',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => remainingMs,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

/** What a rule sends for a message of `sensor-1`; `payload` is text, or bytes, or anything that JSON can say. */
export function aRuleEvent(
  payload: unknown = {},
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const isRaw = typeof payload === 'string' || payload instanceof Uint8Array;
  const bytes = isRaw ? Buffer.from(payload as Uint8Array) : Buffer.from(JSON.stringify(payload));
  const operation = changes['operation'] ?? 'register';
  const deviceId = changes['deviceId'] ?? 'sensor-1';
  return {
    trigger: 'rule',
    payload: bytes.toString('base64'),
    topic: `devices/${deviceId}/${operation}`,
    deviceId,
    operation,
    clientId: deviceId,
    principal: 'a'.repeat(64),
    receivedAt: Date.now(),
    traceId: 'trace-1',
    ...changes,
  };
}
