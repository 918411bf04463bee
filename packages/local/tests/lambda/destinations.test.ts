import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { AsynchronousSettings } from '../../src/lambda/definition.ts';
import { type Deployment, deadLetterArn, deploy, region } from './deployment.ts';

const code = `
  exports.works = async () => ({ done: true });
  exports.fails = async () => { throw new Error('no' + 'x'.repeat(2000)); };
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

  async function run(name: 'works' | 'fails', overrides: object): Promise<void> {
    functions = await deploy({ 'index.js': code }, { [name]: overrides });
    await functions.invokeAsync(name, '{"n":12345678901234567890}');
    await functions.idle();
  }

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
  const success = {
    ...failure,
    requestContext: {
      ...failure.requestContext,
      functionArn: `${arnOf('works')}:$LATEST`,
      condition: 'Success',
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST' },
    responsePayload: { done: true },
  };
  /** Numbers keep their digits, which JSON.parse does not. */
  const parse = (record: string) =>
    JSON.parse(record.replace('12345678901234567890', '"12345678901234567890"'));

  it.each([
    ['works', { onSuccess: deadLetterArn }, success],
    ['fails', { onFailure: deadLetterArn }, failure],
  ] as const)('is told to a queue: of what %s', async (name, destination, record) => {
    await run(name, { async: settings(destination) });
    expect(functions.sent).toEqual([{ queue: deadLetterArn, body: expect.any(String) }]);
    expect(parse(functions.sent[0]?.body ?? '')).toEqual(record);
  });

  it.each([
    `arn:aws:sns:${region}:${accountId}:topic`,
    arnOf('told'),
    `arn:aws:events:${region}:${accountId}:event-bus/told`,
    'arn:aws:s3:::told',
    `${deadLetterArn}.fifo`,
  ])('is told to no %s', async (arn) => {
    functions = await deploy({ 'index.js': code }, { works: {} });
    for (const overrides of [
      { async: settings({ onFailure: arn }) },
      { async: settings({ onSuccess: arn }) },
      { deadLetterArn: arn },
    ]) {
      const changed = { ...functions.find('works'), ...overrides };
      await expect(functions.keeper.put(changed)).rejects.toThrow('must be the ARN of an SQS queue');
    }
  });

  it('goes to the dead-letter queue, with why', async () => {
    await run('fails', { async: settings({}), deadLetterArn });
    expect(functions.sent).toEqual([
      {
        queue: deadLetterArn,
        body: '{"n":12345678901234567890}',
        attributes: {
          RequestID: expect.stringMatching(/^[0-9a-f-]{36}$/),
          ErrorMessage: expect.stringMatching(/^nox{1022}$/),
        },
        numbers: { ErrorCode: '200' },
      },
    ]);
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
