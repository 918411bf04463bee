import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { AsynchronousSettings } from '../../src/lambda/definition.ts';
import { type Deployment, deadLetterArn, deploy, region } from './deployment.ts';

const code = `
  exports.works = async () => ({ done: true });
  exports.fails = async () => { throw new Error('no'); };
`;
const accountId = '000000000000';
const arnOf = (name: string) => `arn:aws:lambda:${region}:${accountId}:function:${name}`;
const settings = (destinations: Partial<AsynchronousSettings>): AsynchronousSettings => ({
  maximumRetryAttempts: 0,
  maximumEventAgeSeconds: 60,
  ...destinations,
});

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
describe('what becomes of an event', () => {
  let functions: Deployment;

  afterEach(() => functions.remove());

  const failure = {
    version: '1.0',
    timestamp: expect.stringMatching(/^\d{4}-.+Z$/),
    requestContext: {
      requestId: expect.any(String),
      functionArn: `${arnOf('fails')}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 1,
    },
    requestPayload: { n: 12345678901234567890n.toString() },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: expect.objectContaining({ errorType: 'Error' }),
  };
  /** Numbers keep their digits, which JSON.parse does not. */
  const parse = (record: string) =>
    JSON.parse(record.replace('12345678901234567890', '"12345678901234567890"'));

  it('is told to a queue when it has failed', async () => {
    functions = await deploy(
      { 'index.js': code },
      { fails: { async: settings({ onFailure: deadLetterArn }) } },
    );
    await functions.invokeAsync('fails', '{"n":12345678901234567890}');
    await functions.idle();
    expect(functions.sent).toEqual([{ queue: deadLetterArn, body: expect.any(String) }]);
    expect(parse(functions.sent[0]?.body ?? '')).toEqual(failure);
  });

  it.each([
    `arn:aws:sns:${region}:${accountId}:topic`,
    arnOf('told'),
    `arn:aws:events:${region}:${accountId}:event-bus/told`,
    'arn:aws:s3:::told',
    `${deadLetterArn}.fifo`,
  ])('is told to no %s', async (arn) => {
    functions = await deploy({ 'index.js': code }, { works: {} });
    const changed = { ...functions.find('works'), async: settings({ onFailure: arn }) };
    await expect(functions.keeper.put(changed)).rejects.toThrow('must be the ARN of an SQS queue');
  });

  it('goes nowhere with a function that has been deleted', async () => {
    functions = await deploy(
      { 'index.js': code },
      {
        fails: {
          async: settings({
            maximumRetryAttempts: 2,
            maximumEventAgeSeconds: 3600,
            onFailure: deadLetterArn,
          }),
        },
      },
      { asyncRetryDelaysMs: [60_000] },
    );
    await functions.invokeAsync('fails', '{}');
    const { logged } = functions;
    await eventually(async () =>
      expect(logged.map(({ line }) => line)).toContainEqual(expect.stringMatching(/^REPORT/)),
    );
    await functions.keeper.remove(functions.find('fails'));
    await expect(functions.invokeAsync('fails', '{}')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    expect(functions.sent).toEqual([]);
  });
});
