import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadGrammar } from '../../src/rules/parse-sql.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'load-grammar-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function load(grammar: string) {
  const file = join(folder, 'test.peggy');
  await writeFile(file, grammar);
  return loadGrammar(pathToFileURL(file), ['Start'], pathToFileURL(join(folder, 'cache/')));
}

const cached = (): Promise<string[]> => readdir(join(folder, 'cache'));
const digits = 'Start = digits:$[0-9]+ { return Number(digits); }';

describe('loadGrammar', () => {
  it('makes a parser, and makes it from the cache the next time', async () => {
    const first = await load(digits);
    const [name = ''] = await cached();
    const before = await readFile(join(folder, 'cache', name), 'utf8');
    const second = await load(digits);

    expect([first, second].map((parser) => parser.parse('42', { startRule: 'Start' }))).toEqual([42, 42]);
    expect(() => second.parse('x', { startRule: 'Start' })).toThrow(second.SyntaxError);
    expect(await cached()).toEqual([name]);
    expect(await readFile(join(folder, 'cache', name), 'utf8')).toBe(before);
  });

  it('makes a parser anew when the grammar has changed', async () => {
    await load(digits);
    const changed = await load("Start = 'x' { return 'changed'; }");

    expect(changed.parse('x', { startRule: 'Start' })).toBe('changed');
    expect(await cached()).toHaveLength(2);
  });

  it('never runs a cached file that was damaged', async () => {
    await load(digits);
    const [name = ''] = await cached();
    const file = join(folder, 'cache', name);
    const whole = await readFile(file, 'utf8');
    await writeFile(file, whole.replace('return Number(digits)', 'return "forged"'));

    const parser = await load(digits);
    expect(parser.parse('42', { startRule: 'Start' })).toBe(42);
    expect(await readFile(file, 'utf8')).toBe(whole);
  });
});
