import '../../support/lambda-environment.ts';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import { describe, expect, it, jest } from '@jest/globals';
import * as z from 'zod/mini';
import { DeviceNotFound, RetentionExpired, Throttled } from '../../../shared/errors.ts';
import { deviceIdField, nameField } from '../../../shared/input.ts';
import { onTask, type TaskRequest } from '../../../shared/middleware/task.ts';
import { AWS_REQUEST_ID, aContext } from '../../support/lambda.ts';

const input = z.strictObject({ deviceId: deviceIdField, reason: z.optional(nameField) });
type Request = TaskRequest<z.output<typeof input>>;

const echo = onTask({ operation: 'echo', input }, async (request) => request);
const invoke = (event: unknown) => echo(event, aContext()) as Promise<Request>;

describe('a function that a state machine invokes', () => {
  it('takes the request’s id and time from the execution', async () => {
    const envelope = { requestId: 'execution-1', requestedAt: 1_000, correlationId: 'arn:execution' };
    const event = { ...envelope, source: 'execution', deviceId: 'sensor-1', reason: 'old' };
    expect(await invoke(event)).toEqual({ input: { deviceId: 'sensor-1', reason: 'old' }, ...envelope });
  });

  it('does without them when it is invoked by hand', async () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(START);
    try {
      expect(await invoke({ deviceId: 'sensor-1' })).toMatchObject({
        requestId: AWS_REQUEST_ID,
        requestedAt: START,
        correlationId: AWS_REQUEST_ID,
      });
    } finally {
      now.mockRestore();
    }
  });

  it.each<[what: string, event: unknown]>([
    ['no object', 'sensor-1'],
    ['null', null],
    ['a missing field', {}],
    ['an illegal device id', { deviceId: 'a#b' }],
    ['a wrong type', { deviceId: 'sensor-1', reason: 5 }],
    ['an unknown field', { deviceId: 'sensor-1', reson: 'old' }],
    ['a request id of a wrong type', { deviceId: 'sensor-1', requestId: 5 }],
    ['a time that is none', { deviceId: 'sensor-1', requestedAt: 'now' }],
    ['a time that no date can hold', { deviceId: 'sensor-1', requestedAt: Number.MAX_SAFE_INTEGER }],
    ['a correlation id that is no Unicode', { deviceId: 'sensor-1', correlationId: '\ud800' }],
    ['a correlation id of two lines', { deviceId: 'sensor-1', correlationId: 'a\nb' }],
    ['another source', { deviceId: 'sensor-1', source: 'device' }],
  ])('fails with InvalidInput for %s', async (_, event) => {
    await expect(invoke(event)).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it.each([
    new DeviceNotFound('sensor-1'),
    new RetentionExpired('sensor-1', 1_000),
    new Throttled('busy'),
    new TypeError('a bug'),
  ])('fails with what its command throws, under its own name: %p', async (error) => {
    const failing = onTask({ operation: 'fail', input }, () => Promise.reject(error));
    await expect(failing({ deviceId: 'sensor-1' }, aContext())).rejects.toBe(error);
  });
});
