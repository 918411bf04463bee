import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runApart } from '../../../bench/run-apart.ts';

let directory: string;
const never = new AbortController().signal;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'run-apart-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

const run = (code: string, options: { readonly limitMs?: number; readonly signal?: AbortSignal } = {}) =>
  runApart({
    args: ['--input-type=module', '--eval', code],
    env: { OUT: join(directory, 'out') },
    limitMs: 60_000,
    signal: never,
    ...options,
  });

const WAIT = 'setInterval(() => {}, 1000);';

test('what has ended well is done, and its temporary files are gone', async () => {
  const outcome = await run(`
    import { mkdtempSync, writeFileSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    const path = mkdtempSync(tmpdir() + '/left-');
    writeFileSync(path + '/file', '');
    writeFileSync(process.env.OUT, path);
  `);

  const left = await readFile(join(directory, 'out'), 'utf8');
  expect(outcome).toBe('done');
  expect(existsSync(left)).toBe(false);
  expect(existsSync(dirname(left))).toBe(false);
  expect(existsSync(dirname(dirname(left)))).toBe(true);
});

test('what ends with an error has failed', async () => {
  expect(await run('process.exit(3)')).toBe('failed');
});

test('what does not end is ended', async () => {
  expect(await run(WAIT, { limitMs: 300 })).toBe('took too long');
});

test('what is interrupted is ended', async () => {
  expect(await run(WAIT, { signal: AbortSignal.timeout(300) })).toBe('interrupted');
});
