import { afterEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../../src/clock.ts';
import { type Deployment, deadLetterArn, deploy } from './deployment.ts';

const code = `
  let tries = 0;
  exports.fails = async (event, context) => {
    console.log('try', context.awsRequestId);
    throw new Error('no');
  };
  exports.recovers = async () => { console.log('try'); if (++tries < 3) throw new Error('not yet'); };
  exports.waits = () => new Promise((resolve) => setTimeout(resolve, 60_000));
`;

const settings = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 60, onFailure: deadLetterArn };

/** Sleeps do not take time, but move it. */
function hastyClock(): Clock & { slept: number[] } {
  let nowMs = Date.UTC(2030, 0, 2, 3, 4, 5, 678);
  const slept: number[] = [];
  return {
    slept,
    now: () => nowMs,
    async sleep(ms) {
      slept.push(ms);
      nowMs += ms;
    },
  };
}

describe('asynchronous invocations', () => {
  let functions: Deployment | undefined;

  afterEach(() => functions?.remove());

  it('retries twice under the same request id, then tells the on-failure destination', async () => {
    const clock = hastyClock();
    functions = await deploy(
      { 'index.js': code },
      { fails: { async: settings } },
      { clock, asyncRetryDelaysMs: [1000, 2000] },
    );

    await functions.invokeAsync('fails', '{"deviceId":"d-1","big":12345678901234567890}');
    await functions.idle();

    expect(clock.slept).toEqual([1000, 2000]);
    const requestIds = functions.lines.flatMap((line) => line.split('try ')[1] ?? []);
    expect(requestIds).toHaveLength(3);
    expect(new Set(requestIds).size).toBe(1);
    expect(functions.sent).toHaveLength(1);
    expect(functions.sent[0]?.queue).toBe(deadLetterArn);
    expect(functions.sent[0]?.body).toContain('"big":12345678901234567890');
    expect(JSON.parse(functions.sent[0]?.body ?? '')).toEqual({
      version: '1.0',
      timestamp: '2030-01-02T03:04:08.678Z',
      requestContext: {
        requestId: requestIds[0],
        functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:fails:$LATEST',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { deviceId: 'd-1', big: expect.any(Number) },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'no', trace: expect.any(Array) },
    });
  });

  it('tells no destination once a retry succeeds', async () => {
    const recovers = { async: settings };
    functions = await deploy({ 'index.js': code }, { recovers }, { maxEnvironments: 1 });

    await functions.invokeAsync('recovers', '{"a":1}');
    await functions.idle();

    expect(functions.lines.filter((line) => line.endsWith('try'))).toHaveLength(3);
    expect([functions.sent, functions.told]).toEqual([[], []]);
  });

  it('gives up an event whose next try would come after its age', async () => {
    const async = { ...settings, maximumEventAgeSeconds: 100 };
    const options = { clock: hastyClock(), asyncRetryDelaysMs: [60_000, 120_000] };
    functions = await deploy({ 'index.js': code }, { fails: { async } }, options);

    await functions.invokeAsync('fails', '{}');
    await functions.idle();

    expect(JSON.parse(functions.sent[0]?.body ?? '')).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 },
      responsePayload: { errorMessage: 'no' },
    });
  });

  it('sends the events of a function without concurrency to the destination, untried', async () => {
    functions = await deploy({ 'index.js': code }, { fails: { async: settings, reservedConcurrency: 0 } });

    await functions.invokeAsync('fails', '{"a":1}');
    await functions.idle();

    const record = JSON.parse(functions.sent[0]?.body ?? '');
    expect(record.requestContext.approximateInvokeCount).toBe(0);
    expect(record.requestPayload).toEqual({ a: 1 });
    expect(record).not.toHaveProperty('responsePayload');
    expect(functions.lines).toEqual([]);
  });

  it('runs every event of a burst once', async () => {
    functions = await deploy(
      { 'index.js': 'exports.records = async ({ n }) => process.stdout.write(n + "\\n");' },
      { records: {} },
    );

    await Promise.all(
      Array.from({ length: 2000 }, (_, n) => functions?.invokeAsync('records', JSON.stringify({ n }))),
    );
    await functions.idle();

    const numbers = functions.lines.map((line) => Number(line.slice('records: '.length)));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, n) => n));
  });

  it('says so when a destination does not take the record, or when there is none', async () => {
    functions = await deploy(
      { 'index.js': code },
      {
        fails: { async: { ...settings, maximumRetryAttempts: 0 } },
        failsAlone: {
          handler: 'index.fails',
          async: { maximumRetryAttempts: 0, maximumEventAgeSeconds: 60 },
        },
      },
      { queues: { sendMessage: () => Promise.reject(new Error('no such queue')) } },
    );

    await functions.invokeAsync('fails', '{}');
    await functions.invokeAsync('failsAlone', '{}');
    await functions.idle();

    expect(functions.told).toContainEqual(expect.stringMatching(/fails could not be sent .*no such queue/));
    expect(functions.told).toContainEqual(
      'failsAlone failed (RetriesExhausted) and has no on-failure destination',
    );
  });

  it('waits for no function when it is closed, and says what is lost', async () => {
    functions = await deploy({ 'index.js': code }, { waits: { timeoutMs: 90_000, async: settings } });
    await functions.invokeAsync('waits', '{}');

    await functions.close();

    expect(functions.told).toEqual(['1 event of asynchronous invocations lost: not finished before the end']);
    expect(functions.sent).toEqual([]);
  });
});
