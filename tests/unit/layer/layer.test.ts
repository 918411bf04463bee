import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildLayer } from '../../../layer/build-layer.ts';
import { findThirdPartyImports } from '../../../layer/third-party-imports.ts';
import { zipLayer } from '../../../layer/zip-layer.ts';

const PROJECT_DIR = fileURLToPath(new URL('../../../', import.meta.url)).slice(0, -1);
const HANDLER = 'functions/restore-device/handler.ts';

async function archiveOf(projectDir: string): Promise<string> {
  const imports = await findThirdPartyImports(
    projectDir,
    globSync('functions/*/handler.ts', { cwd: projectDir }),
  );
  const { files } = await buildLayer(projectDir, imports);
  return (await zipLayer(files)).toString('base64');
}

/** In no function: a development tool, and what `devicectl` needs. */
const NOT_OF_FUNCTIONS = ['@biomejs/biome', '@inquirer/confirm'];

/** node_modules with every package but these in its place; these are copies, to be changed. */
async function linkPackages(from: string, to: string, copied: readonly string[]): Promise<void> {
  const scopes = new Set(copied.map((name) => dirname(name)));
  await mkdir(to);
  for (const entry of await readdir(from)) {
    if (!scopes.has(entry)) await symlink(join(from, entry), join(to, entry));
  }
  for (const scope of scopes) {
    await mkdir(join(to, scope));
    for (const entry of await readdir(join(from, scope))) {
      const name = `${scope}/${entry}`;
      if (copied.includes(name)) await cp(join(from, name), join(to, name), { recursive: true });
      else await symlink(join(from, name), join(to, name));
    }
  }
}

describe('the layer', () => {
  let copy: string;
  let original: string;

  beforeAll(async () => {
    original = await archiveOf(PROJECT_DIR);
  });

  /** The sources somewhere else. */
  beforeEach(async () => {
    copy = await mkdtemp(join(tmpdir(), 'layer of-another '));
    for (const room of [
      'functions',
      'shared',
      'layer',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
    ]) {
      await cp(join(PROJECT_DIR, room), join(copy, room), { recursive: true });
    }
    await linkPackages(join(PROJECT_DIR, 'node_modules'), join(copy, 'node_modules'), [
      '@middy/core',
      ...NOT_OF_FUNCTIONS,
    ]);
  });

  afterEach(() => rm(copy, { recursive: true, force: true }));

  async function change(file: string, edit: (text: string) => string): Promise<void> {
    const text = await readFile(join(copy, file), 'utf8');
    expect(edit(text)).not.toBe(text);
    await writeFile(join(copy, file), edit(text));
  }

  it('has the same bytes wherever it is built, and whenever', async () => {
    const timeZone = process.env['TZ'];
    process.env['TZ'] = 'Asia/Tokyo';
    const elsewhere = await archiveOf(copy);
    process.env['TZ'] = timeZone ?? 'UTC';

    expect(elsewhere).toBe(original);
  });

  it('stays the same when the code of a function changes', async () => {
    await change(HANDLER, (text) => `${text}\nexport const another = () => restoreDevice.name;\n`);
    await change(
      'shared/commands/restore-device.ts',
      (text) => `${text}\nexport const added = Math.random;\n`,
    );

    expect(await archiveOf(copy)).toBe(original);
  });

  it('changes when a function imports something new', async () => {
    await change(
      HANDLER,
      (text) =>
        `import { ListTablesCommand } from '@aws-sdk/client-dynamodb';\n${text}\nexport const another = ListTablesCommand;\n`,
    );

    expect(await archiveOf(copy)).not.toBe(original);
  });

  it("stays the same when a development tool or a package's dependency has another version", async () => {
    const next = (text: string) => text.replace(/("version": )"[^"]+"/, '$1"99.0.0"');
    const manifest = JSON.parse(await readFile(join(copy, 'package.json'), 'utf8'));

    await change('package.json', (text) =>
      text.replace(
        `"@biomejs/biome": "${manifest.devDependencies['@biomejs/biome']}"`,
        '"@biomejs/biome": "99.0.0"',
      ),
    );
    for (const name of NOT_OF_FUNCTIONS) {
      await change(`node_modules/${name}/package.json`, next);
      await change('package-lock.json', (text) => {
        const at = text.indexOf(`"node_modules/${name}": {`);
        return text.slice(0, at) + next(text.slice(at));
      });
    }
    await change(
      'node_modules/@inquirer/confirm/dist/index.js',
      (text) => `${text}\nglobalThis.isNewer = true;\n`,
    );

    expect(await archiveOf(copy)).toBe(original);
  });

  it('changes when a package that functions bundle changes', async () => {
    await change('node_modules/@middy/core/index.js', (text) => `${text}\nglobalThis.isNewer = true;\n`);

    expect(await archiveOf(copy)).not.toBe(original);
  });
});

describe('what functions import from packages', () => {
  let project: string;

  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), 'imports-'));
    await symlink(join(PROJECT_DIR, 'node_modules'), join(project, 'node_modules'));
  });

  afterEach(() => rm(project, { recursive: true, force: true }));

  it('is what is used of it, name by name, by whatever form of import', async () => {
    await writeFile(
      join(project, 'used.ts'),
      `import * as z from 'zod/mini';
       import middy, { type MiddlewareObj } from '@middy/core';
       import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
       import { readFile } from 'node:fs/promises';
       import { used } from './other.ts';
       const unused = () => new PutItemCommand({} as never);
       export const handler: MiddlewareObj = [z.string(), middy, DynamoDBClient, GetItemCommand, readFile, used] as never;`,
    );
    await writeFile(
      join(project, 'other.ts'),
      `import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
       export const used = () => StartExecutionCommand;
       export const unused = () => SFNClient;`,
    );

    expect(await findThirdPartyImports(project, ['used.ts'])).toEqual(
      new Map([
        ['@aws-sdk/client-dynamodb', ['DynamoDBClient', 'GetItemCommand']],
        ['@aws-sdk/client-sfn', ['StartExecutionCommand']],
        ['@middy/core', ['default']],
        ['zod/mini', ['string']],
      ]),
    );
  });
});
