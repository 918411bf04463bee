import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createDynamoDbCall } from '../../src/engine/dynamodb-call.ts';
import { type Dynoxide, startDynoxide } from '../../src/engine/dynoxide.ts';

const ORDERS = {
  TableName: 'orders',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};

/** Kills the engine's process, as the system does when memory runs out. Linux only. */
async function killProcess({ url }: Dynoxide): Promise<void> {
  const wanted = ['--port', new URL(url).port].join('\0');
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    const [program] = command.split('\0');
    if (program?.endsWith('/dynoxide') && command.includes(wanted)) process.kill(Number(id), 'SIGKILL');
  }
}

describe('a table engine that dies', () => {
  let engine: Dynoxide | undefined;
  let directory: string | undefined;
  const said: string[] = [];
  const say = (message: string) => void said.push(message);
  const log = { info: say, warn: say, error: say };

  afterEach(async () => {
    await engine?.close();
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    [engine, directory] = [undefined, undefined];
    said.length = 0;
  });

  const tablesOf = ({ url }: Dynoxide) => createDynamoDbCall(url, 'us-east-1')('ListTables', {});

  it.each(['in memory', 'in a file'])(
    'is there again at the same place, with its tables %s',
    async (where) => {
      directory = await mkdtemp(join(tmpdir(), 'engine-'));
      engine = await startDynoxide({
        log,
        ...(where === 'in a file' && { dbPath: join(directory, 'tables.db') }),
      });
      await createDynamoDbCall(engine.url, 'us-east-1')('CreateTable', ORDERS);

      engine.kill();
      await eventually(async () => expect(said).toHaveLength(2));
      await engine.available();

      expect(await tablesOf(engine)).toEqual({ TableNames: ['orders'] });
      expect(said[0]).toMatch(/^the table engine ended .*; it is started again on the same data$/s);
      expect(said[1]).toMatch(/^the table engine is there again after \d+ ms$/);
    },
  );

  it('is given up when it dies again and again, but not for deaths that were asked for', async () => {
    engine = await startDynoxide({ log });
    for (let deaths = 1; deaths <= 6; deaths += 1) {
      engine.kill();
      await eventually(async () => expect(said).toHaveLength(2 * deaths));
    }
    expect(await tablesOf(engine)).toEqual({ TableNames: [] });

    for (let deaths = 7; deaths <= 10; deaths += 1) {
      await killProcess(engine);
      await eventually(async () => expect(said).toHaveLength(2 * deaths));
    }
    await killProcess(engine);

    expect(await engine.exited).toMatch(/It has ended 5 times within a minute and is not started again/);
    expect(said).toHaveLength(20);
  });

  it('ends for good when its data is gone', async () => {
    directory = await mkdtemp(join(tmpdir(), 'engine-'));
    engine = await startDynoxide({ log, dbPath: join(directory, 'tables.db') });
    await rm(directory, { recursive: true });
    engine.kill();
    expect(await engine.exited).toMatch(
      /and cannot be started again: The table engine dynoxide did not start/,
    );
    await expect(access(directory)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
