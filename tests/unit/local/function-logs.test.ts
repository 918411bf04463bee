import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openFunctionLogs } from '../../../local/function-logs.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'function-logs-'));
});

afterAll(() => rm(directory, { recursive: true }));

describe("functions' logs", () => {
  it('have one file a function, and start afresh with each start', async () => {
    const logs = join(directory, 'logs');
    const names = ['one', 'other'];
    const before = await openFunctionLogs(logs, names);
    for (const name of names) before.write(name, 'old');
    await before.close();

    const after = await openFunctionLogs(logs, names);
    after.write('one', 'first');
    after.write('one', 'second');
    await after.close();

    expect(await readFile(join(logs, 'one.log'), 'utf8')).toBe('first\nsecond\n');
    await expect(readFile(join(logs, 'other.log'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
