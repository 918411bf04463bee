import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Collections } from '../../src/data/collections.ts';
import { defaultAsynchronousSettings } from '../../src/lambda/definition.ts';
import { useDataDirectory } from '../support/data-directories.ts';
import { type Deployment, deadLetterArn, deploy } from './deployment.ts';

const FILES = {
  'index.js': `
    exports.hangs = () => new Promise((resolve) => { console.log('began'); setTimeout(resolve, 60_000); });
    exports.fails = async () => { throw new Error('no'); };
    exports.works = async (event) => console.log('got ' + event.n);`,
};
const ASYNC = { ...defaultAsynchronousSettings, maximumRetryAttempts: 1, onFailure: deadLetterArn };

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
