import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../../src/clock.ts';
import type { Collections } from '../../src/data/collections.ts';
import { useDataDirectory } from '../support/data-directories.ts';
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

  it('runs every event of a burst once, in the order in which they came where there is one environment', async () => {
    functions = await deploy(
      { 'index.js': 'exports.records = async ({ n }) => process.stdout.write(n + "\\n");' },
      { records: {} },
      { maxEnvironments: 1 },
    );

    await Promise.all(
      Array.from({ length: 2000 }, (_, n) => functions?.invokeAsync('records', JSON.stringify({ n }))),
    );
    await functions.idle();

    const numbers = functions.lines.map((line) => Number(line.slice('records: '.length)));
    expect(numbers).toEqual(Array.from({ length: 2000 }, (_, n) => n));
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

  it('tells nobody of the events of a function that has been deleted', async () => {
    functions = await deploy(
      { 'index.js': code },
      {
        fails: {
          async: { ...settings, maximumEventAgeSeconds: 3600 },
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

const FILES = {
  'index.js': `
    exports.hangs = () => new Promise((resolve) => { console.log('began'); setTimeout(resolve, 60_000); });
    exports.fails = async () => { throw new Error('no'); };
    exports.works = async (event) => console.log('got ' + event.n);`,
};
const ASYNC = { ...settings, maximumRetryAttempts: 1, maximumEventAgeSeconds: 21_600 };

const data = useDataDirectory();
const deployments: Deployment[] = [];

afterEach(async () => {
  for (const deployment of deployments.splice(0)) await deployment.remove();
});

/** Runs a function as `name` whose handler is another's, as after a deployment. */
async function start(
  collections: Collections,
  name: string,
  handler: string,
  delaysMs = [1, 1],
): Promise<Deployment> {
  const options = { collections, asyncRetryDelaysMs: delaysMs };
  const functions = await deploy(FILES, { [name]: { handler: `index.${handler}`, async: ASYNC } }, options);
  deployments.push(functions);
  return functions;
}

describe('events of asynchronous invocations that are kept', () => {
  it('are run by the next runtime when this one ends while they run', async () => {
    const before = await start((await data.reopen()).collections, 'job', 'hangs');
    await before.invokeAsync('job', '{"n":1}');
    await eventually(async () => expect(before.lines.join()).toMatch(/began$/));
    await before.close();
    expect(before.told).toEqual([]);

    const after = await start((await data.reopen()).collections, 'job', 'works');
    after.resume();
    await after.idle();
    expect(after.lines.join()).toMatch(/got 1$/);

    const later = await start((await data.reopen()).collections, 'job', 'works');
    later.resume();
    await later.idle();
    expect(later.lines).toEqual([]);
  });

  it('keep the count of their tries', async () => {
    const hour = 3_600_000;
    const before = await start((await data.reopen()).collections, 'job', 'fails', [hour]);
    await before.invokeAsync('job', '{"n":1}');
    await eventually(async () => expect(before.lines.join()).toContain('Error: no'));
    // Once it is known that the try has failed.
    await eventually(async () => expect(before.logged.map(({ line }) => line).join()).toContain('REPORT'));
    await before.close();

    const after = await start((await data.reopen()).collections, 'job', 'fails', [hour]);
    after.resume();
    await after.idle();
    expect(after.sent.map(({ body }) => JSON.parse(body).requestContext)).toMatchObject([
      { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
    ]);
  });

  it('are not run once more when they came before the others went on', async () => {
    const functions = await start((await data.reopen()).collections, 'job', 'works');
    await functions.invokeAsync('job', '{"n":3}');
    functions.resume();
    functions.resume();
    await functions.idle();
    expect(functions.lines).toEqual([expect.stringMatching(/got 3$/)]);
  });

  it('wait for a function that the template no longer has', async () => {
    const before = await start((await data.reopen()).collections, 'job', 'hangs');
    await before.invokeAsync('job', '{"n":7}');
    await before.close();

    const without = await start((await data.reopen()).collections, 'other', 'works');
    without.resume();
    expect(without.told).toEqual([expect.stringMatching(/wait for functions that are gone: job$/)]);
    await without.close();

    const after = await start((await data.reopen()).collections, 'job', 'works');
    after.resume();
    await after.idle();
    expect(after.lines.join()).toMatch(/got 7$/);
  });
});
