import {
  failedInvocation,
  failedRule,
  failedStreamBatch,
  STACK_NAME,
  unanswerable,
} from '@device-lifecycle/test-kit/letters.ts';
import { describe, expect, it } from '@jest/globals';
import { readLetter } from '../../src/dead-letters/letter.ts';

const read = (body: string) => readLetter(body, STACK_NAME);

describe('what a message in the queue is', () => {
  it('an event of a function that failed: whose it is, why, and the event as it was', () => {
    expect(read(failedInvocation('dev-1'))).toMatchObject({
      kind: 'invocation',
      functionName: 'register-device',
      deviceId: 'dev-1',
      topic: 'devices/dev-1/register',
      tries: 3,
      error: 'Throttled: DynamoDB is throttled.',
      payloadBase64: Buffer.from('{"serialNumber":"SN-1"}').toString('base64'),
    });
  });

  it('an event keeps the digits of its numbers', () => {
    const body = failedInvocation('dev-1').replace('"trigger":"rule"', '"n":12345678901234567890,"m":1.0');
    expect(read(body)).toMatchObject({ event: expect.stringContaining('"n":12345678901234567890,"m":1.0,') });
  });

  it('an event that was never tried is told by why Lambda gave up', () => {
    const { requestContext, requestPayload } = JSON.parse(failedInvocation('dev-1'));
    const aged = { requestContext: { ...requestContext, condition: 'EventAgeExceeded' }, requestPayload };
    expect(read(JSON.stringify(aged))).toMatchObject({ kind: 'invocation', error: 'EventAgeExceeded' });
  });

  it('records of a stream: where they are', () => {
    expect(read(failedStreamBatch())).toMatchObject({
      kind: 'stream',
      functionName: 'settle-moved-devices',
      error: 'RetryAttemptsExhausted: Unhandled',
      batch: { startSequenceNumber: '100', endSequenceNumber: '300' },
    });
  });

  it('a message that a rule could not pass on', () => {
    expect(read(failedRule('register'))).toMatchObject({
      kind: 'rule',
      ruleName: 'device_lifecycle_dev_register',
      deviceId: 'dev-1',
      error: 'LambdaAction: Failed to invoke.',
      traceId: '7e146a2c-95b5-6caf-98b9-50e3969734c7',
    });
  });

  it('a message with nobody to answer', () => {
    expect(read(unanswerable())).toMatchObject({
      kind: 'unanswerable',
      error: 'Unanswerable',
      topic: 'devices/dev-1/nonsense',
    });
  });

  it.each([
    ['not JSON', 'hello'],
    ['no object', '17'],
    ['of another form', '{"hello":"world"}'],
    [
      'a function of another stack',
      failedInvocation('dev-1').replaceAll(STACK_NAME, 'device-lifecycle-prod'),
    ],
    ['no function at all', failedInvocation('dev-1').replace('arn:aws:lambda', 'arn:aws:s3')],
    [
      'a function whose name only begins alike',
      failedInvocation('dev-1').replaceAll(STACK_NAME, 'device-lifecycle-dev2'),
    ],
    ['a record without its event', failedInvocation('dev-1').replace('"requestPayload"', '"lost"')],
  ])('is foreign when it is %s', (_, body) => {
    expect(read(body)).toMatchObject({ kind: 'foreign', error: expect.stringMatching(/^It /) });
  });
});
