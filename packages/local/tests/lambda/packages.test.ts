import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { defaultAsynchronousSettings, type FunctionDefinition } from '../../src/lambda/definition.ts';
import { assertRunnable } from '../../src/lambda/function-registry.ts';
import { type Deployment, deadLetterArn, deploy } from './deployment.ts';

const commonJs = `exports.handler = async () => typeof require;`;
const module = `export const handler = async () => typeof require;`;

describe('the package of a function', () => {
  let functions: Deployment | undefined;

  afterEach(() => functions?.remove());

  async function answerOf(files: Record<string, string>, handler: string): Promise<unknown> {
    functions = await deploy(files, { it: { handler } });
    return JSON.parse((await functions.invoke('it', '{}')).payload);
  }

  it.each([
    ['a/b.js', commonJs, 'function'],
    ['a/b.cjs', commonJs, 'function'],
    ['a/b.mjs', module, 'undefined'],
  ])('holds a handler in %s', async (file, text, answer) => {
    expect(await answerOf({ [file]: text }, 'a/b.handler')).toBe(answer);
  });

  it('makes .js a module where the nearest package.json says so', async () => {
    const files = { 'a/b.js': module, 'a/package.json': '{"type":"module"}', 'package.json': '{}' };
    expect(await answerOf(files, 'a/b.handler')).toBe('undefined');
  });

  it('exports a handler inside an object', async () => {
    expect(await answerOf({ 'b.js': 'exports.a = { b: () => "deep" };' }, 'b.a.b')).toBeNull();
    await functions?.remove();
    expect(await answerOf({ 'b.js': 'exports.a = { b: async () => "deep" };' }, 'b.a.b')).toBe('deep');
  });

  it.each([
    ['b.js', 'exports.handler = async () => {', 'Runtime.UserCodeSyntaxError'],
    ['b.mjs', 'export const handler = async () => {', 'Runtime.UserCodeSyntaxError'],
    ['b.js', `require('a-package-that-is-not-there');`, 'Runtime.ImportModuleError'],
    ['b.js', `throw new RangeError('at the top');`, 'RangeError'],
    ['b.mjs', `await Promise.reject(new RangeError('at the top'));`, 'RangeError'],
    ['b.js', 'process.exit(7);', 'Runtime.ExitError'],
  ])('says why %s with %j cannot be loaded', async (file, text, errorType) => {
    expect(await answerOf({ [file]: text }, 'b.handler')).toMatchObject({ errorType });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
  describe('without the AWS SDK', () => {
    it.each([
      [
        'b.js',
        `const sdk = require('@aws-sdk/client-sts'); exports.handler = async () => typeof sdk.STSClient;`,
      ],
      [
        'b.mjs',
        `import { STSClient } from '@aws-sdk/client-sts'; export const handler = async () => typeof STSClient;`,
      ],
    ])('finds the one of the runtime from %s', async (file, text) => {
      expect(await answerOf({ [file]: text }, 'b.handler')).toBe('function');
    });

    it.each([
      ['b.js', `exports.handler = async () => require('@aws-sdk/client-sts').own;`],
      ['b.mjs', `import { own } from '@aws-sdk/client-sts'; export const handler = async () => own;`],
    ])('has its own from %s where it brings one along', async (file, text) => {
      const own = { 'node_modules/@aws-sdk/client-sts/index.js': 'exports.own = 1;' };
      expect(await answerOf({ [file]: text, ...own }, 'b.handler')).toBe(1);
    });

    it.each([
      ['b.js', `require('@aws-sdk/client-nothing');`],
      ['b.mjs', `import '@aws-sdk/client-nothing';`],
    ])('is told what is missing from %s', async (file, text) => {
      expect(await answerOf({ [file]: text }, 'b.handler')).toMatchObject({
        errorMessage: expect.stringContaining('@aws-sdk/client-nothing'),
        trace: expect.arrayContaining([expect.stringContaining(file)]),
      });
    });
  });

  describe('with layers', () => {
    /** Layers are directories of the deployment here, each named by its first part. */
    async function answerWith(
      files: Record<string, string>,
      handler: string,
      layers: readonly string[],
    ): Promise<unknown> {
      const code = mkdtempSync(join(tmpdir(), 'layers-'));
      layersDir = code;
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(code, name)), { recursive: true });
        writeFileSync(join(code, name), text);
      }
      functions = await deploy(
        {},
        {
          it: {
            handler,
            codeDir: join(code, 'task'),
            layers: layers.map((layer) => ({ arn: `arn:layer:${layer}`, directory: join(code, layer) })),
          },
        },
      );
      return JSON.parse((await functions.invoke('it', '{}')).payload);
    }

    let layersDir: string | undefined;
    afterEach(() => {
      if (layersDir !== undefined) rmSync(layersDir, { recursive: true, force: true });
    });

    it('imports modules of a layer by their path under /opt, and they each other', async () => {
      const files = {
        'task/b.mjs': `import { answer } from '/opt/nodejs/one.mjs'; export const handler = async () => answer;`,
        'layer/nodejs/one.mjs': `export { answer } from './other.mjs';`,
        'layer/nodejs/other.mjs': `export const answer = import.meta.url.endsWith('/nodejs/other.mjs');`,
      };
      expect(await answerWith(files, 'b.handler', ['layer'])).toBe(true);
    });

    it('requires what is under /opt, and packages of a layer by their names', async () => {
      const files = {
        'task/b.js': `const name = require('named'); const path = require('/opt/nodejs/path.js');
          exports.handler = async () => [name, path];`,
        'layer/nodejs/node_modules/named/index.js': `module.exports = 'by name';`,
        'layer/nodejs/path.js': `module.exports = 'by path';`,
      };
      expect(await answerWith(files, 'b.handler', ['layer'])).toEqual(['by name', 'by path']);
    });

    it('does not find a package of a layer for import, as on Lambda', async () => {
      const files = {
        'task/b.mjs': `import 'named'; export const handler = async () => 1;`,
        'layer/nodejs/node_modules/named/index.js': `module.exports = 1;`,
      };
      expect(await answerWith(files, 'b.handler', ['layer'])).toMatchObject({ errorType: 'Error' });
    });

    it('takes a file that two layers have from the later one', async () => {
      const files = {
        'task/b.mjs': `import { answer } from '/opt/nodejs/it.mjs'; export const handler = async () => answer;`,
        'first/nodejs/it.mjs': `export const answer = 'first';`,
        'second/nodejs/it.mjs': `export const answer = 'second';`,
      };
      expect(await answerWith(files, 'b.handler', ['first', 'second'])).toBe('second');
    });

    it('says what is missing in the layers', async () => {
      const files = {
        'task/b.mjs': `import '/opt/nodejs/nothing.mjs'; export const handler = async () => 1;`,
        'layer/nodejs/it.mjs': '',
      };
      expect(await answerWith(files, 'b.handler', ['layer'])).toMatchObject({
        errorMessage: expect.stringContaining('/opt/nodejs/nothing.mjs'),
      });
    });

    it('refuses layers with more than Node.js can load', () => {
      const files = { 'task/b.js': '', 'layer/extensions/agent': '' };
      return expect(answerWith(files, 'b.handler', ['layer'])).rejects.toThrow('a directory extensions/');
    });
  });

  it('refuses what the laptop cannot run as AWS would', () => {
    const valid: FunctionDefinition = {
      functionName: 'it',
      arn: 'arn:aws:lambda:eu-west-1:000000000000:function:it',
      handler: 'b.handler',
      codeDir: '/nowhere',
      environment: {},
      timeoutMs: 3000,
      memoryMb: 128,
      runtime: 'nodejs24.x',
      async: defaultAsynchronousSettings,
    };
    const withDestination = (onFailure: string) => () =>
      assertRunnable({ ...valid, async: { ...defaultAsynchronousSettings, onFailure } });
    expect(() => assertRunnable(valid)).not.toThrow();
    expect(() => assertRunnable({ ...valid, runtime: 'python3.13' })).toThrow('python3.13');
    expect(withDestination(deadLetterArn)).not.toThrow();
    for (const other of [
      `${deadLetterArn}.fifo`,
      deadLetterArn.replace('sqs', 'sns'),
      valid.arn,
      'arn:aws:s3:::it',
    ]) {
      expect(withDestination(other)).toThrow('must be the ARN of an SQS queue that is not FIFO');
    }
    expect(() => assertRunnable({ ...valid, environment: { AWS_REGION: 'x' } })).toThrow('reserved keys');
  });
});
