export const STACK_NAME = 'device-lifecycle-dev';

const arnOf = (functionName: string) =>
  `arn:aws:lambda:eu-west-1:123456789012:function:${STACK_NAME}-${functionName}:$LATEST`;

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** What Lambda puts into the queue for an event that a function failed with. */
export function failedInvocation(
  deviceId: string,
  functionName = 'register-device',
  payload = '{"serialNumber":"SN-1"}',
) {
  return JSON.stringify({
    version: '1.0',
    timestamp: '2026-06-01T12:00:00.000Z',
    requestContext: {
      requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
      functionArn: arnOf(functionName),
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: {
      trigger: 'rule',
      deviceId,
      topic: `devices/${deviceId}/register`,
      payload: base64(payload),
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'Throttled', errorMessage: 'DynamoDB is throttled.' },
  });
}

/** What Lambda puts into the queue for records that a function failed with. */
export function failedStreamBatch(functionName = 'settle-moved-devices') {
  return JSON.stringify({
    requestContext: {
      requestId: '316aa6d0-8154-xmpl-9af7-85d5f4a6bc81',
      functionArn: arnOf(functionName),
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 6,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: '2026-06-01T12:00:00.000Z',
    DDBStreamBatchInfo: {
      shardId: 'shardId-00000001573689847184-864758bb',
      startSequenceNumber: '100',
      endSequenceNumber: '300',
      approximateArrivalOfFirstRecord: '2026-06-01T11:59:00Z',
      approximateArrivalOfLastRecord: '2026-06-01T11:59:00Z',
      batchSize: 2,
      streamArn: `arn:aws:dynamodb:eu-west-1:123456789012:table/${STACK_NAME}-devices/stream/2026-06-01T00:00:00.000`,
    },
  });
}

/** What AWS IoT puts into the queue for a message that a rule could not pass on. */
export function failedRule(operation: string, change: Readonly<Record<string, unknown>> = {}) {
  return JSON.stringify({
    ruleName: `${STACK_NAME.replaceAll('-', '_')}_${operation}`,
    topic: `devices/dev-1/${operation}`,
    cloudwatchTraceId: '7e146a2c-95b5-6caf-98b9-50e3969734c7',
    clientId: 'dev-1',
    base64OriginalPayload: base64('{"serialNumber":"SN-1"}'),
    failures: [
      {
        failedAction: 'LambdaAction',
        failedResource: arnOf('register-device'),
        errorMessage: 'Failed to invoke.',
      },
    ],
    ...change,
  });
}

/** What the rule for messages without anybody to answer puts into the queue. */
export const unanswerable = () =>
  JSON.stringify({
    base64OriginalPayload: base64('{}'),
    topic: 'devices/dev-1/nonsense',
    clientId: 'dev-1',
    receivedAt: 1_780_000_000_000,
    traceId: '7e146a2c-95b5-6caf-98b9-50e3969734c7',
    reason: 'Unanswerable',
  });
