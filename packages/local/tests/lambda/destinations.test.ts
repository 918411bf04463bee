import { afterEach, describe, expect, it } from '@jest/globals';
import type { AwsService } from '../../src/aws.ts';
import type { AsynchronousSettings } from '../../src/lambda/definition.ts';
import { type Deployment, deadLetterArn, deploy, region } from './deployment.ts';

const code = `
  exports.works = async () => ({ done: true });
  exports.fails = async () => { throw new Error('no' + 'x'.repeat(2000)); };
  exports.told = async (event) => console.log(JSON.stringify(event));
`;
const accountId = '000000000000';
const arnOf = (name: string) => `arn:aws:lambda:${region}:${accountId}:function:${name}`;
const busArn = `arn:aws:events:${region}:${accountId}:event-bus/told`;
const settings = (destinations: Partial<AsynchronousSettings>): AsynchronousSettings => ({
  maximumRetryAttempts: 0,
  maximumEventAgeSeconds: 60,
  ...destinations,
});

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
describe('what becomes of an event', () => {
  let functions: Deployment;
  let put: { Entries: Readonly<Record<string, unknown>>[] }[];

  afterEach(() => functions.remove());

  async function run(name: 'works' | 'fails', overrides: object): Promise<void> {
    put = [];
    const events: AwsService = async ({ body }) => {
      put.push(JSON.parse(body.toString()));
      return { status: 200, headers: {}, body: '{"FailedEntryCount":0,"Entries":[{"EventId":"x"}]}' };
    };
    functions = await deploy(
      { 'index.js': code },
      { [name]: overrides, told: {} },
      {
        events,
      },
    );
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

  it('is told to a function', async () => {
    await run('works', { async: settings({ onSuccess: arnOf('told') }) });
    expect(functions.lines.join()).toContain('"condition":"Success"');
  });

  it('is told to an event bus', async () => {
    await run('works', { async: settings({ onSuccess: busArn }) });
    expect(put).toHaveLength(1);
    const [entry] = put[0]?.Entries ?? [];
    expect(entry).toMatchObject({
      Source: 'lambda',
      DetailType: 'Lambda Function Invocation Result - Success',
      EventBusName: busArn,
      Resources: [`${arnOf('works')}:$LATEST`, busArn],
    });
    expect(parse(String(entry?.['Detail']))).toEqual(success);
  });

  it('is told to a bucket, when it has failed', async () => {
    await run('fails', { async: settings({ onFailure: 'arn:aws:s3:::told' }) });
    const [[key, body] = []] = [...functions.objects];
    expect(key).toMatch(
      /^told\/aws\/lambda\/async\/fails\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
    );
    expect(parse(String(body))).toEqual(failure);
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
    while (!functions.logged.some(({ line }) => line.startsWith('REPORT'))) await new Promise(setImmediate);
    await functions.keeper.remove(functions.find('fails'));
    await expect(functions.invokeAsync('fails', '{}')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    expect(functions.sent).toEqual([]);
  });
});
