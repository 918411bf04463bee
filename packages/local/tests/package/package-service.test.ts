import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageService } from '../../src/package/package-service.ts';

const NODE_MODULES = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

const SERVICE = `service: tiny
provider: { name: aws, runtime: nodejs24.x }
package: { individually: true, patterns: ['!**', 'functions/**'] }
functions:
  hello: { handler: functions/hello.handler }
`;

/** Makes a temporary directory, as bundlers do, and leaves it. */
const UNTIDY_PLUGIN = `
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
module.exports = class { constructor() { mkdtempSync(tmpdir() + '/left-'); } };
`;

/** Real runs of the Serverless Framework, so that each takes a second or two. */
describe('packaging a service', () => {
  let projectDir: string;
  let cacheDir: string;

  const pack = (overrides: Partial<Parameters<typeof packageService>[0]> = {}) =>
    packageService({ projectDir, cacheDir, stage: 'dev', region: 'us-east-1', log: silentLog, ...overrides });

  beforeAll(async () => {
    projectDir = await mkdtemp(join(tmpdir(), 'package-service-'));
    cacheDir = join(projectDir, '.local', 'package');
    await mkdir(join(projectDir, 'functions'));
    await symlink(NODE_MODULES, join(projectDir, 'node_modules'));
    await writeFile(join(projectDir, 'serverless.yml'), SERVICE);
    await writeFile(join(projectDir, 'functions', 'hello.js'), 'exports.handler = async () => 1;\n');
  });

  afterAll(async () => {
    await rm(projectDir, { recursive: true, force: true });
  });

  it('gives the template, and the code unzipped as on Lambda', async () => {
    const { templateFile, codeDirectory, stackName, cached } = await pack();

    expect(JSON.parse(await readFile(templateFile, 'utf8'))).toHaveProperty('Resources.HelloLambdaFunction');
    expect(await readFile(join(codeDirectory, 'hello', 'functions', 'hello.js'), 'utf8')).toContain('=> 1');
    // On Lambda, .js without a package.json is CommonJS.
    expect(await readFile(join(codeDirectory, 'package.json'), 'utf8')).toBe('{}\n');
    expect(stackName).toBe('tiny-dev');
    expect(cached).toBe(false);
  });

  it('does so once for the same sources, and leaves nothing else behind', async () => {
    const first = await pack();
    const { mtimeMs } = await stat(first.templateFile);

    const second = await pack();

    expect(second).toEqual({ ...first, cached: true });
    expect((await stat(second.templateFile)).mtimeMs).toBe(mtimeMs);
    expect(existsSync(join(projectDir, '.serverless'))).toBe(false);
    expect((await readdir(cacheDir)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('takes the temporary files of plugins with it', async () => {
    const outside = await mkdtemp(join(projectDir, 'temporary-'));
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = outside;
    await writeFile(join(projectDir, 'functions', 'plugin.cjs'), UNTIDY_PLUGIN);
    await writeFile(join(projectDir, 'serverless.yml'), `${SERVICE}plugins: [./functions/plugin.cjs]\n`);
    try {
      await expect(pack({ stage: 'untidy' })).resolves.toMatchObject({ cached: false });
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      await rm(join(projectDir, 'functions', 'plugin.cjs'));
      await writeFile(join(projectDir, 'serverless.yml'), SERVICE);
    }
    expect(await readdir(outside)).toEqual([]);
  });

  it('ends at once when it is told to, and leaves nothing behind', async () => {
    const controller = new AbortController();
    const packaging = pack({ stage: 'interrupted', signal: controller.signal });
    setTimeout(() => controller.abort(), 200);
    await expect(packaging).rejects.toMatchObject({ name: 'AbortError' });
    expect((await readdir(cacheDir)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('packages anew when a source, the stage or the region changes, and twice at once without harm', async () => {
    const before = await pack();
    await writeFile(join(projectDir, 'functions', 'hello.js'), 'exports.handler = async () => 2;\n');

    const [one, other] = await Promise.all([pack(), pack()]);
    const elsewhere = await pack({ region: 'eu-west-1' });

    expect(one.directory).not.toBe(before.directory);
    expect(other.directory).toBe(one.directory);
    expect(await readFile(join(one.codeDirectory, 'hello', 'functions', 'hello.js'), 'utf8')).toContain(
      '=> 2',
    );
    expect(elsewhere.directory).not.toBe(one.directory);
  });

  it('keeps packages that may be in use, and of the others the five used last', async () => {
    const { directory } = await pack();
    const longAgo = new Date(Date.now() - 86_400_000);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', '.work-1-old']) {
      await mkdir(join(cacheDir, name));
      await utimes(join(cacheDir, name), longAgo, longAgo);
    }

    await pack({ stage: 'other' });

    const left = await readdir(cacheDir);
    expect(left).toContain(directory.slice(cacheDir.length + 1));
    expect(left).not.toContain('.work-1-old');
    expect(left.filter((name) => name.length === 1).length).toBeLessThan(5);
  });

  it('fails with one sentence and what the framework said', async () => {
    await writeFile(join(projectDir, 'serverless.yml'), `${SERVICE}nonsense: true\n`);

    const packaging = pack();

    await expect(packaging).rejects.toMatchObject({
      name: 'PackagingError',
      message: expect.stringMatching(
        /^The service could not be packaged, .* exit code 1:\n.*unrecognized property 'nonsense'/s,
      ),
    });
    expect((await readdir(cacheDir)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('takes the framework of this project where a service has none, and all that stands in its directory', async () => {
    const bare = await mkdtemp(join(tmpdir(), 'package-service-'));
    await writeFile(
      join(bare, 'serverless.yml'),
      'service: bare\nprovider: { name: aws, runtime: nodejs24.x }\nfunctions:\n  hello: { handler: src/hello.handler }\n',
    );
    await mkdir(join(bare, 'src'));
    await writeFile(join(bare, 'src', 'hello.js'), 'exports.handler = async () => 1;\n');
    const { codeDirectory } = await pack({ projectDir: bare });
    expect(existsSync(join(codeDirectory, 'bare', 'src', 'hello.js'))).toBe(true);
    await rm(bare, { recursive: true });
  });

  it('says what to do where there is no service', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'package-service-'));
    await expect(pack({ projectDir: empty })).rejects.toThrow(
      /^There is no serverless.yml in .*--no-service\.$/,
    );
    await rm(empty, { recursive: true });
  });
});
