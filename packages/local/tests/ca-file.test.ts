import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { caFileOf, removeCaFile, writeCaFile } from '../src/stack-file.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ca-file-'));
});

afterEach(() => rm(directory, { recursive: true }));

describe('the file of a stack that clients take its root certificate from', () => {
  it.each([
    ['/x/.local/stack.json', '/x/.local/ca.pem'],
    ['/x/.local/blue.json', '/x/.local/blue.ca.pem'],
    ['/x/.local/green', '/x/.local/green.ca.pem'],
  ])('is, for the stack file %s, %s', (stackFile, caFile) => {
    expect(caFileOf(stackFile)).toBe(caFile);
  });

  it('is written whole, in a directory that need not be there', async () => {
    const path = join(directory, 'new', 'ca.pem');
    await writeCaFile(path, 'root');
    expect(await readFile(path, 'utf8')).toBe('root');
    expect(await readdir(join(directory, 'new'))).toEqual(['ca.pem']);
  });

  it('is removed by the stack that has written it, and by no other', async () => {
    const path = join(directory, 'ca.pem');
    await writeCaFile(path, 'root of another');
    await removeCaFile(path, 'root');
    expect(await readdir(directory)).toEqual(['ca.pem']);
    await removeCaFile(path, 'root of another');
    expect(await readdir(directory)).toEqual([]);
    await expect(removeCaFile(path, 'root')).resolves.toBeUndefined();
  });
});
