import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Deployment, deploy } from './deployment.ts';

const code = `
  exports.works = async () => 1;
  exports.fails = async () => { throw new Error('no'); };
  exports.loops = async () => { for (;;); };
  exports.exits = async () => process.exit(3);
  exports.eats = async () => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())); };
`;
const text =
  'REPORT RequestId: \\S+\\tDuration: .* ms\\tBilled Duration: \\d+ ms\\tMemory Size: 128 MB\\tMax Memory Used: \\d+ MB';
const json = {
  logFormat: 'JSON',
  applicationLogLevel: 'INFO',
  systemLogLevel: 'INFO',
  logGroupName: 'group',
} as const;

// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html, and lines that AWS has logged: a timeout
// has `Status: timeout`, what ends the environment has `Status: error` and its type, an error of the handler has neither.
describe('the end of an invocation, in the log', () => {
  let functions: Deployment;

  beforeAll(async () => {
    const all = {
      works: {},
      fails: {},
      loops: { timeoutMs: 50 },
      exits: {},
      eats: { timeoutMs: 20_000 },
      missing: { handler: 'index.missing' },
    };
    const inJson = Object.entries(all).map(([name, settings]) => {
      const handler = `index.${name}`;
      return [`${name}InJson`, { handler, ...settings, logging: json }] as const;
    });
    functions = await deploy({ 'index.js': code }, { ...all, ...Object.fromEntries(inJson) });
  });

  afterAll(() => functions.remove());

  it.each([
    ['works', `${text}(\\tInit Duration: .* ms)?\\t\\n$`],
    ['fails', `${text}(\\tInit Duration: .* ms)?\\t\\n$`],
    [
      'loops',
      `Task timed out after 0.05 seconds\\nEND .+\\n${text}(\\tInit Duration: .* ms)?\\tStatus: timeout\\n$`,
    ],
    [
      'exits',
      `\\nRequestId: \\S+ Error: Runtime exited with error: exit status 3\\nRuntime.ExitError\\nEND .+\\n${text}.*\\tStatus: error\\tError Type: Runtime.ExitError\\n$`,
    ],
    [
      'eats',
      `signal: killed\\nRuntime.ExitError\\nEND .+\\n${text}.*\\tStatus: error\\tError Type: Runtime.OutOfMemory\\n$`,
    ],
    [
      'missing',
      `INIT_REPORT Init Duration: .* ms\\tPhase: init\\tStatus: error\\tError Type: Runtime.HandlerNotFound\\nSTART .+\\nEND .+\\n${text}\\tStatus: error\\tError Type: Runtime.HandlerNotFound\\n$`,
    ],
  ])('is told as text: %s', async (name, expected) => {
    expect((await functions.invoke(name, '{}')).logTail).toMatch(new RegExp(expected));
  });

  it.each([
    ['works', { status: 'success' }],
    ['fails', { status: 'error' }],
    ['loops', { status: 'timeout' }],
    ['exits', { status: 'error', errorType: 'Runtime.ExitError' }],
    ['eats', { status: 'error', errorType: 'Runtime.OutOfMemory' }],
    ['missing', { status: 'error', errorType: 'Runtime.HandlerNotFound' }],
  ])('is told as JSON: %s', async (name, expected) => {
    const { logTail } = await functions.invoke(`${name}InJson`, '{}');
    const { type, record } = JSON.parse(logTail.trimEnd().split('\n').at(-1) ?? '');
    const { requestId: _, metrics, ...told } = record;
    expect(type).toBe('platform.report');
    expect(told).toEqual(expected);
    expect(metrics).toMatchObject({ memorySizeMB: 128, durationMs: expect.any(Number) });
  });
});
