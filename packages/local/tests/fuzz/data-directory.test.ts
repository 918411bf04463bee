import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nastyJson } from '@device-lifecycle/test-kit/fuzz/broken.ts';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { nastyBytes } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DataDirectory, openDataDirectory } from '../../src/data/data-directory.ts';
import { assertStackFileIsFree } from '../../src/stack-file.ts';

const REGION = 'us-east-1';
const FILE = 'runtime.db';

let root: string;
/** A database with something in it, as a runtime leaves it. */
let good: Buffer;
let count = 0;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'fuzz-data-'));
  const data = await openDataDirectory(join(root, 'good'), REGION);
  const collection = data.collections.open<{ n: number }>('things');
  for (let n = 0; n < 300; n += 1) collection.set(`thing-${n}`, { n });
  data.collections.list('events').append({ a: 1 });
  await data.collections.committed();
  data.close();
  good = readFileSync(join(root, 'good', FILE));
});

afterAll(() => rmSync(root, { recursive: true }));

const newDirectory = (): string => {
  count += 1;
  return join(root, `case-${count}`);
};

/** Everything in a directory, by its name. */
const filesOf = (directory: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(directory, name)).toString('latin1')]),
  );

/** Reads all of it, as a runtime does at its start. */
function readAll({ collections }: DataDirectory): void {
  expect(collections.open('things').size).toBeGreaterThanOrEqual(0);
}

async function open(directory: string): Promise<string> {
  let data: DataDirectory | undefined;
  try {
    data = await openDataDirectory(directory, REGION);
    readAll(data);
    return 'opened';
  } catch (error) {
    const { name, message } = Object(error);
    expect([name, message]).toEqual(['DataError', expect.stringContaining('give --data')]);
    return name;
  } finally {
    data?.close();
  }
}

const damage = fc.oneof(
  fc.record({ at: fc.nat(), bytes: nastyBytes.filter(({ length }) => length > 0) }),
  fc.record({ at: fc.nat({ max: 120 }), bytes: nastyBytes.filter(({ length }) => length > 0) }),
  fc.record({ at: fc.nat(), bytes: fc.constant(undefined) }),
);

function put(path: string, content: Buffer | string): void {
  if (content === 'a directory') mkdirSync(path);
  else if (content === 'a link') symlinkSync(join(root, 'nowhere', 'at-all'), path);
  else writeFileSync(path, content);
}

describe(`--data (TEST_SEED=${TEST_SEED})`, () => {
  it('opens what a runtime has left, or says that it is damaged', async () => {
    const tally = await fuzz('runtime/damaged-data', damage, async ({ at, bytes }) => {
      const directory = newDirectory();
      mkdirSync(directory);
      const where = at % good.length;
      const damaged = bytes === undefined ? good.subarray(0, where) : Buffer.from(good);
      if (bytes !== undefined) damaged.set(bytes.slice(0, good.length - where), where);
      writeFileSync(join(directory, FILE), damaged);
      const end = await open(directory);
      rmSync(directory, { recursive: true });
      return end;
    });
    expect(tally).toMatchObject({ opened: expect.any(Number), DataError: expect.any(Number) });
  });

  it('takes a directory of its own alone, and leaves what is in another as it is', async () => {
    const contents = fc.dictionary(
      fc.constantFrom(FILE, `${FILE}-wal`, `${FILE}-journal`, 'tables.db', 'objects', 'notes.txt', '.hidden'),
      fc.oneof(
        nastyBytes.map((bytes) => Buffer.from(bytes)),
        fc.constant('a directory'),
        fc.constant('a link'),
      ),
      { minKeys: 1, maxKeys: 3 },
    );
    await fuzz('runtime/foreign-data', contents, async (entries) => {
      const directory = newDirectory();
      mkdirSync(directory);
      for (const [name, content] of Object.entries(entries)) put(join(directory, name), content);
      // An empty file is a new one: SQLite may have begun it.
      const { [FILE]: database = '', ...others } = filesOf(directory);
      const before = database === '' ? others : { ...others, [FILE]: database };
      const end = await open(directory);
      if (end === 'DataError') expect(filesOf(directory)).toMatchObject(before);
      rmSync(directory, { recursive: true });
      return end;
    });
  });
});

describe(`--stack-file (TEST_SEED=${TEST_SEED})`, () => {
  it('may have anything in it', async () => {
    const path = join(root, 'stack.json');
    const texts = fc.oneof(
      nastyJson,
      fc
        .constantFrom(
          '',
          'x',
          'http://127.0.0.1:1',
          'file:///etc/passwd',
          'http://[',
          'data:,x',
          '\0',
          'javascript:1',
        )
        .map((url) => JSON.stringify({ awsEndpointUrl: url })),
    );
    await fuzz('runtime/stack-files', texts, async (text) => {
      writeFileSync(path, text);
      try {
        await assertStackFileIsFree(path);
      } catch (error) {
        expect(Object(error).name).toBe('StackFileError');
        return 'StackFileError';
      }
      expect(readFileSync(path, 'utf8')).toBe(text.toWellFormed());
      return 'free';
    });
  });
});
