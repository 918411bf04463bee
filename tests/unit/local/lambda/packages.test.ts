import { afterEach, describe, expect, it } from '@jest/globals';
import {
  assertRunnable,
  defaultAsynchronousSettings,
  type FunctionDefinition,
} from '../../../../local/lambda/definition.ts';
import { type Deployment, deadLetterArn, deploy } from './deployment.ts';

const commonJs = `exports.handler = async () => typeof require;`;
const module = `export const handler = async () => typeof require;`;

describe('the package of a function', () => {
  let functions: Deployment | undefined;

  afterEach(() => functions?.remove());

  async function answerOf(files: Record<string, string>, handler: string): Promise<unknown> {
    functions = deploy(files, { it: { handler } });
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
    expect(withDestination('arn:aws:sns:eu-west-1:000000000000:topic')).toThrow('topic');
    expect(withDestination(`${deadLetterArn}.fifo`)).toThrow('standard SQS queue');
  });
});
