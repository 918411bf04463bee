import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createDynamoDbCall } from '../../src/engine/dynamodb-call.ts';
import { type Engine, startDynoxide } from '../../src/engine/dynoxide.ts';
import { findDynoxide } from '../../src/engine/engine-process.ts';
import { makeScratchDirectory } from '../../src/engine/scratch-directory.ts';

async function isUp(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

describe('the table engine', () => {
  const engines: Engine[] = [];
  let child: ChildProcess | undefined;
  let directory: string | undefined;

  const start = async (dbPath?: string) => {
    const engine = await startDynoxide({ log: silentLog, ...(dbPath === undefined ? {} : { dbPath }) });
    engines.push(engine);
    return engine;
  };

  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.close()));
    child?.kill('SIGKILL');
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    directory = undefined;
  });

  it('answers as soon as it has started, and not once it is closed', async () => {
    const engine = await start();
    const tables = await createDynamoDbCall(engine.url, 'us-east-1')('ListTables', {});

    await engine.close();

    expect(tables).toEqual({ TableNames: [] });
    expect(await isUp(engine.url)).toBe(false);
    expect(await engine.exited).toMatch(/^the table engine ended with exit code/);
  });

  it('starts several times side by side', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(one?.url).not.toBe(other?.url);
  });

  it('keeps its tables in a file, also when it is closed', async () => {
    directory = await mkdtemp(join(tmpdir(), 'engine-'));
    const dbPath = join(directory, 'tables.db');
    const first = await start(dbPath);
    await createDynamoDbCall(first.url, 'us-east-1')('CreateTable', {
      TableName: 'orders',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    await first.close();

    const second = await start(dbPath);

    expect(await createDynamoDbCall(second.url, 'us-east-1')('ListTables', {})).toEqual({
      TableNames: ['orders'],
    });
  });

  it('says why when it cannot start', async () => {
    await expect(start('/nowhere/at/all/tables.db')).rejects.toMatchObject({
      name: 'EngineError',
      message: expect.stringContaining('did not start with /nowhere/at/all/tables.db'),
    });
  });

  it('looks up the next number of a stream record instead of reading all of them', async () => {
    directory = await mkdtemp(join(tmpdir(), 'engine-'));
    const dbPath = join(directory, 'tables.db');
    await start(dbPath);
    const database = new DatabaseSync(dbPath);
    const plan = database
      .prepare(
        `EXPLAIN QUERY PLAN SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1
         FROM _stream_records WHERE table_name = ?`,
      )
      .all('orders');
    database.close();
    expect(JSON.stringify(plan)).toMatch(/USING (COVERING )?INDEX local_stream_sequence/);
  });

  it('takes its files with it when it is closed', async () => {
    const scratch = makeScratchDirectory();
    await scratch.remove();
    await expect(access(scratch.path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('takes its files with it when its starter is killed', async () => {
    const module = new URL('../../src/engine/scratch-directory.ts', import.meta.url).href;
    const script = `
      import { makeScratchDirectory } from ${JSON.stringify(module)};
      process.stdout.write(makeScratchDirectory().path);
      setInterval(() => undefined, 1000);`;
    child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [path] = await once(child.stdout ?? child, 'data');
    await access(String(path));
    child.kill('SIGKILL');
    await eventually(() => expect(access(String(path))).rejects.toMatchObject({ code: 'ENOENT' }));
  });

  it('dies with the process that started it, even when that is killed', async () => {
    const script = `
      import { startDynoxide } from ${JSON.stringify(new URL('../../src/engine/dynoxide.ts', import.meta.url).href)};
      const log = { info() {}, warn() {}, error() {} };
      const { url } = await startDynoxide({ log });
      process.stdout.write(url);
      setInterval(() => undefined, 1000);`;
    child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const stopped = once(child, 'exit').then(() => ['it stopped before it started the engine']);
    const [url] = await Promise.race([once(child.stdout ?? child, 'data'), stopped]);

    const wasUp = await isUp(String(url));
    child.kill('SIGKILL');

    expect(wasUp).toBe(true);
    await eventually(async () => expect(await isUp(String(url))).toBe(false));
  });

  it('is refused on another platform, with what to do instead', () => {
    expect(() => findDynoxide('darwin', 'arm64')).toThrow(
      expect.objectContaining({
        name: 'EngineError',
        message: expect.stringMatching(/comes for linux-x64, and this is darwin-arm64: .* --dynamodb URL\.$/),
      }),
    );
  });
});
