import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { packagesIn, packagesOfNotices, readNotices } from '../../../layer/notices.ts';

let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'notices-'));
});

afterEach(() => rm(project, { recursive: true, force: true }));

async function addPackage(directory: string, manifest: object, files: Readonly<Record<string, string>> = {}) {
  const path = join(project, directory);
  await mkdir(path, { recursive: true });
  await writeFile(
    join(path, 'package.json'),
    JSON.stringify({ version: '1.0.0', license: 'MIT', ...manifest }),
  );
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return directory;
}

test('packages are those of which something has come into an output, nested ones by their own name', () => {
  const input = (bytesInOutput: number) => ({ bytesInOutput });
  const output = {
    bytes: 1,
    exports: [],
    imports: [],
    inputs: {
      'node_modules/@a/b/dist/index.js': input(10),
      'node_modules/@a/b/node_modules/c/index.js': input(1),
      'node_modules/dropped/index.js': input(0),
      'layer/environment-credentials.ts': input(5),
      'layer:common': input(5),
    },
  };

  expect(packagesIn([{ 'nodejs/common.mjs': output }])).toEqual([
    'node_modules/@a/b',
    'node_modules/@a/b/node_modules/c',
  ]);
});

test('notices have every licence and notice, the same text once', async () => {
  const directories = [
    await addPackage('node_modules/one', { name: 'one' }, { LICENSE: 'Do as you like.\r\n' }),
    await addPackage(
      'node_modules/two',
      { name: 'two', author: { name: 'T' } },
      { 'license.md': 'Do as you like.' },
    ),
    await addPackage(
      'node_modules/@a/b',
      { name: '@a/b', license: '(MIT OR ISC)' },
      { LICENSE: 'L', NOTICE: 'N' },
    ),
    await addPackage('node_modules/bare', { name: 'bare', homepage: 'https://example.com/' }),
  ];
  const notices = await readNotices(project, directories);

  expect(notices.split('-'.repeat(80)).map((section) => section.trim())).toEqual([
    expect.stringContaining('This layer has code of the following packages'),
    '@a/b 1.0.0 ((MIT OR ISC))\n\nL\n\nN',
    'bare 1.0.0 (MIT)\n\nSee https://example.com/',
    'one 1.0.0 (MIT)\ntwo 1.0.0 (MIT), T\n\nDo as you like.',
  ]);
  expect(packagesOfNotices(notices)).toEqual([
    { name: '@a/b', version: '1.0.0', license: '(MIT OR ISC)' },
    { name: 'bare', version: '1.0.0', license: 'MIT' },
    { name: 'one', version: '1.0.0', license: 'MIT' },
    { name: 'two', version: '1.0.0', license: 'MIT' },
  ]);
});

test('a package that does not say its licence is refused', async () => {
  const directory = await addPackage('node_modules/none', { name: 'none', license: undefined });

  await expect(readNotices(project, [directory])).rejects.toThrow(
    'The package none does not say its licence.',
  );
});

test('a package with neither the text of its licence nor a place to look for it is refused', async () => {
  const directory = await addPackage('node_modules/mute', { name: 'mute' });

  await expect(readNotices(project, [directory])).rejects.toThrow(
    'The package mute has no text of its licence.',
  );
});
