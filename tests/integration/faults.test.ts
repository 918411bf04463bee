import { randomUUID } from 'node:crypto';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { createLogReader } from '@device-lifecycle/test-kit/laptop/logs.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { connectNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDeadLetters, type DeadLetters } from '../support/dead-letters.ts';
import { problemsOf } from '../support/log-lines.ts';
import { functionLines } from './function-lines.ts';

let stack: RunningStack;
let deadLetters: DeadLetters;
let lambda: LambdaClient;

/** A stack whose live table is gone: every function that needs it fails, and no retry mends it. */
beforeAll(async () => {
  stack = await startStack(['--async-retry-delays', '10,20']);
  deadLetters = createDeadLetters(stack);
  lambda = new LambdaClient(stack.clientConfig);
  const dynamodb = new DynamoDBClient(stack.clientConfig);
  await dynamodb.send(new DeleteTableCommand({ TableName: stack.tables.devices }));
  dynamodb.destroy();
});

afterAll(async () => {
  deadLetters.close();
  lambda.destroy();
  await stack.stop();
});

describe('a function that fails', () => {
  it('is tried three times, and its message ends in the dead-letter queue with the original payload', async () => {
    const deviceId = `dev-${randomUUID()}`;
    const device = await connectNewDevice(stack, deviceId);
    const payload = JSON.stringify({ serialNumber: 'SN-1', requestId: 'lost?' });
    await device.mqtt.publishAsync(`devices/${deviceId}/register`, payload, { qos: 1 });
    // The presence of the device fails as well; its events end in the same queue.
    const letters = await deadLetters.take(2);
    device.mqtt.end(true);
    const letter = letters.find(({ requestPayload }) => Object.hasOwn(Object(requestPayload), 'payload'));
    expect(letter).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { payload: Buffer.from(payload).toString('base64'), deviceId },
      responsePayload: { errorType: 'ResourceNotFoundException' },
    });
  });

  it('is found among the dead letters by its log, in lines that keep to their schema', async () => {
    const logs = createLogReader(stack);
    try {
      const letter = await eventually(async () => {
        const found = (await logs.query('dead letters')).find(({ asked }) => asked === 'register');
        expect(found).toMatchObject({ tries: '3', lastResult: 'ResourceNotFoundException' });
        return found;
      });
      expect(letter).not.toHaveProperty('rule');
      const lines = await functionLines(stack);
      expect(lines.flatMap(problemsOf)).toEqual([]);
      expect(lines.map(({ message }) => message)).toContain('failed');
    } finally {
      logs.close();
    }
  });

  it('tells whoever invokes it the name of the error', async () => {
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({
        FunctionName: stack.functions['restoreDevice'] ?? '',
        Payload: Buffer.from(JSON.stringify({ deviceId: 'dev-1' })),
      }),
    );
    expect(FunctionError).toBe('Unhandled');
    expect(JSON.parse(Buffer.from(Payload ?? []).toString())).toMatchObject({ errorType: 'InvalidInput' });
  });
});
