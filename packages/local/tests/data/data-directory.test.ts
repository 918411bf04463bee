import { cpSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DataDirectory, openDataDirectory } from '../../src/data/data-directory.ts';

const REGION = 'us-east-1';

let root: string;
let directory: string;
const opened: DataDirectory[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'data-directory-'));
  directory = join(root, 'new', 'data');
});

afterEach(async () => {
  for (const data of opened.splice(0)) data.close();
  await rm(root, { recursive: true });
});

async function open(path = directory, region = REGION): Promise<DataDirectory> {
  const data = await openDataDirectory(path, region);
  opened.push(data);
  return data;
}

/** What another process would find if this one were killed now. */
function openCopy(): Promise<DataDirectory> {
  const copy = join(root, 'copy');
  cpSync(directory, copy, { recursive: true });
  return open(copy);
}

async function close(data: DataDirectory): Promise<void> {
  opened.splice(opened.indexOf(data), 1);
  data.close();
}

/** A SQLite file in the place of the runtime's. */
async function writeDatabase(sql: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, 'runtime.db'));
  database.exec(sql);
  database.close();
}

describe('a data directory', () => {
  it('is made for its owner alone', async () => {
    await open();
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('keeps its file, with private keys in it, for its owner in a directory that was there', async () => {
    await mkdir(directory, { recursive: true, mode: 0o755 });
    await open();
    expect((await stat(join(directory, 'runtime.db'))).mode & 0o777).toBe(0o600);
  });

  it('gives collections back in the order in which their keys were set, with the last values', async () => {
    const data = await open();
    const things = data.collections.open<{ n: number }>('things');
    for (const key of ['b', 'a', 'c']) things.set(key, { n: 1 });
    things.set('b', { n: 2 });
    things.delete('a');
    things.set('a', { n: 3 });
    await close(data);

    const again = (await open()).collections.open('things');
    expect([...again]).toEqual([
      ['b', { n: 2 }],
      ['c', { n: 1 }],
      ['a', { n: 3 }],
    ]);
  });

  it('keeps collections apart, and forgets one that is cleared', async () => {
    const data = await open();
    data.collections.open<number>('one').set('key', 1);
    const other = data.collections.open<number>('other');
    other.set('key', 2);
    other.clear();
    expect(other.delete('key')).toBe(false);
    await close(data);

    const { collections } = await open();
    expect(collections.open('one').get('key')).toBe(1);
    expect(collections.open('other').size).toBe(0);
  });

  it('has what it says is committed, though nobody closes it', async () => {
    const { collections } = await open();
    collections.open<string>('map').set('key', 'value');
    await collections.committed();

    const asKilled = await openCopy();
    expect(asKilled.collections.open('map').get('key')).toBe('value');
  });
});

describe('a data directory that cannot be used is refused with one sentence', () => {
  it('while another runtime has it', async () => {
    await open();
    await expect(openDataDirectory(directory, REGION)).rejects.toThrow(
      /^Another runtime is using .*new\/data: stop it, or give this one another directory with --data\.$/,
    );
  });

  it('when it holds something else', async () => {
    await writeFile(join(root, 'letter.txt'), 'Dear Sir');
    await expect(openDataDirectory(root, REGION)).rejects.toThrow(/holds files .*an empty directory/);
  });

  it('when it is a file', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(openDataDirectory(join(root, 'file'), REGION)).rejects.toThrow(
      /can't be used as a data directory \(EEXIST\)/,
    );
  });

  it('when its file is no database', async () => {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'runtime.db'), 'garbage'.repeat(1_000));
    await expect(openDataDirectory(directory, REGION)).rejects.toThrow(/is damaged, or not of the laptop/);
  });

  it('when its file is the database of another program', async () => {
    await writeDatabase('CREATE TABLE letters (text TEXT)');
    await expect(openDataDirectory(directory, REGION)).rejects.toThrow(/is damaged, or not of the laptop/);
  });

  it('when it has another format', async () => {
    await close(await open());
    await writeDatabase('PRAGMA user_version = 99');
    await expect(openDataDirectory(directory, REGION)).rejects.toThrow(
      /format 99, and this one has 2\): use/,
    );
  });

  it('when it is of another Region', async () => {
    await close(await open());
    await expect(openDataDirectory(directory, 'eu-west-1')).rejects.toThrow(/made with --region us-east-1/);
  });

  it('and is left as it was', async () => {
    await writeDatabase('CREATE TABLE letters (text TEXT); PRAGMA application_id = 7');
    await expect(openDataDirectory(directory, REGION)).rejects.toThrow(/damaged/);
    const database = new DatabaseSync(join(directory, 'runtime.db'));
    expect(database.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'letters' }]);
    database.close();
  });
});
