import { once } from 'node:events';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { builtinModules } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { systemClock } from '@device-lifecycle/local/clock.ts';
import { createFunctions } from '@device-lifecycle/local/lambda/functions.ts';
import { openCodeStore } from '@device-lifecycle/local/package/code-store.ts';
import { type PackagedTemplate, packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const CLIENT_MANIFEST = new URL('../../node_modules/@aws-sdk/client-dynamodb/package.json', import.meta.url);
/** Not what error messages tell to import, in brackets. */
const IMPORT = /(?<!\[)(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g;
const isBuiltin = (specifier: string) => builtinModules.includes(specifier.replace('node:', ''));
const fileOf = (handler: string) => `${handler.replace(/\.handler$/, '')}.mjs`;

/** What a module imports, but for what is in Node.js. */
async function importsOf(file: string): Promise<readonly string[]> {
  const specifiers = (await readFile(file, 'utf8')).matchAll(IMPORT).map(([, specifier = '']) => specifier);
  return [...specifiers].filter((specifier) => !isBuiltin(specifier));
}

describe('the layer of the packaged template', () => {
  let template: PackagedTemplate;
  let layerDir: string;

  beforeAll(async () => {
    template = await packagedTemplate();
    layerDir = template.stack.functions[0]?.layers?.[0]?.directory ?? 'no layer';
  });

  it('is the one layer, and every function has it', () => {
    const layers = template.stack.functions.map(({ layers }) => layers);
    expect(template.ofType('AWS::Lambda::LayerVersion')).toHaveLength(1);
    expect(new Set(layers.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(layers[0]).toHaveLength(1);
  });

  it('is named after its content', () => {
    const [layer] = template.ofType('AWS::Lambda::LayerVersion');
    const { S3Key: key } = Object(layer?.properties['Content']);
    expect(key).toMatch(/^serverless\/device-lifecycle\/dev\/layers\/dependencies-[0-9a-f]{16}\.zip$/);
    expect(basename(layerDir)).toBe(basename(key, '.zip'));
  });

  it('holds all that functions import, but for what is in Node.js', async () => {
    const files = globSync('nodejs/*', { cwd: layerDir });
    for (const { codeDir, handler } of template.stack.functions) {
      const imported = await importsOf(join(codeDir, fileOf(handler)));
      expect(imported.length).toBeGreaterThan(0);
      expect(files).toEqual(expect.arrayContaining(imported.map((path) => path.replace('/opt/', ''))));
    }
  });

  it('holds all that it imports itself, but for what is in Node.js', async () => {
    const files = globSync('nodejs/*', { cwd: layerDir });
    const imported = await Promise.all(files.map((file) => importsOf(join(layerDir, file))));
    const paths = imported.flat().map((path) => join('nodejs', path));
    expect(files).toEqual(expect.arrayContaining(paths));
  });

  it('leaves functions of a few kilobytes, in one file that can be read', async () => {
    for (const { codeDir, handler } of template.stack.functions) {
      const file = fileOf(handler);
      // The runtime adds a package.json of its own.
      expect(globSync('**/*.*', { cwd: codeDir }).filter((path) => path !== 'package.json')).toEqual([file]);
      const code = await readFile(join(codeDir, file), 'utf8');
      expect(code.length).toBeLessThan(64 * 1024);
      expect(code.split('\n').length).toBeGreaterThan(code.length / 110);
    }
  });

  it('comes with source maps beside the package, one for each of its files', () => {
    const maps = globSync('**/*.map', {
      cwd: join(dirname(template.file), 'source-maps', basename(layerDir)),
    });
    const files = globSync('nodejs/*', { cwd: layerDir });
    expect(maps.sort()).toEqual(files.map((file) => `${file}.map`).sort());
  });
});

describe('the AWS SDK of the packaged functions', () => {
  let userAgents: string[];
  let service: Server;
  let runtimeDir: string;

  beforeAll(async () => {
    userAgents = [];
    service = createServer((request, response) => {
      userAgents.push(request.headers['user-agent'] ?? '');
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    // As Lambda's runtime has one of its own, which is found where nothing else is.
    runtimeDir = mkdtempSync(join(tmpdir(), 'runtime-'));
    const client = join(runtimeDir, 'node_modules', '@aws-sdk', 'client-dynamodb');
    mkdirSync(client, { recursive: true });
    writeFileSync(join(client, 'index.js'), `throw new Error("the runtime's own SDK was loaded");`);
  });

  afterAll(() => {
    service.close();
    rmSync(runtimeDir, { recursive: true, force: true });
  });

  it('is the one of the lockfile, whatever the runtime brings', async () => {
    const { stack } = await packagedTemplate();
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const restoreDevice = stack.functions.find(({ handler }) => handler.includes('restore-device'));
    if (restoreDevice === undefined) throw new Error('There is no function restore-device.');
    const codeDir = join(runtimeDir, 'task');
    cpSync(restoreDevice.codeDir, codeDir, { recursive: true });
    const silent = () => undefined;
    const functions = createFunctions({
      code: await openCodeStore(join(runtimeDir, 'uploads')),
      clock: systemClock,
      accountId: '123456789012',
      region: 'us-east-1',
      endpointUrls: () => ({ all: url, services: { DYNAMODB: url } }),
      queues: { sendMessage: async () => undefined },
      log: { info: silent, warn: silent, error: silent },
    });
    try {
      await functions.keeper.put({ ...restoreDevice, codeDir });
      await functions.invoke(
        restoreDevice.functionName,
        JSON.stringify({ deviceId: 'sensor-1', requestedBy: 'operator' }),
      );
    } finally {
      await functions.close();
    }

    const { version } = JSON.parse(await readFile(CLIENT_MANIFEST, 'utf8'));
    expect(userAgents[0]).toMatch(new RegExp(`^aws-sdk-js/${version.replaceAll('.', '\\.')} `));
  });
});
