import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import {
  defaultLogging,
  type FunctionDefinition,
  type FunctionLogging,
} from '../../src/lambda/definition.ts';
import { appendToTail, EnvironmentLog, isDelivered, logTail } from '../../src/lambda/environment-log.ts';
import { type Deployment, deploy } from './deployment.ts';

const files = {
  'index.mjs': `
    export const works = async () => { console.debug('quiet'); console.log('said %d', 1); console.log({ a: 1 }); };
    export const fails = async () => { console.error('about', new RangeError('far')); throw new TypeError('wrong'); };
    export const sleeps = () => new Promise((resolve) => setTimeout(resolve, 60_000));
    export const tells = async () => ({
      format: process.env.AWS_LAMBDA_LOG_FORMAT,
      level: process.env.AWS_LAMBDA_LOG_LEVEL,
      group: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    });
    export const writes = async () => {
      process.stdout.write('{"level":"DEBUG","message":"dropped"}\\n{"level":"INFO","message":"\\\\"level\\\\":\\\\"DEBUG\\\\""}\\nplain\\n');
    };`,
};
const json: FunctionLogging = { ...defaultLogging('works'), logFormat: 'JSON', logGroupName: 'shared' };

const definition: FunctionDefinition = {
  functionName: 'works',
  arn: 'arn:aws:lambda:eu-west-1:000000000000:function:works',
  handler: 'index.works',
  codeDir: '/',
  environment: {},
  timeoutMs: 3000,
  memoryMb: 128,
  runtime: 'nodejs24.x',
};

let functions: Deployment | undefined;
afterEach(() => functions?.remove());

/** The lines that an invocation leaves, JSON parsed. */
async function linesOf(name: string, logging: FunctionLogging, timeoutMs = 3000) {
  functions = await deploy(files, { [name]: { logging, timeoutMs } });
  const { requestId, payload } = await functions.invoke(name, '{}');
  const lines = functions.logged.map(({ line }) => (line.startsWith('{') ? JSON.parse(line) : line));
  return { requestId, lines, logged: functions.logged, payload };
}

describe("the platform's lines", () => {
  test('as text are START, END and REPORT; the first report tells of the initialization', async () => {
    functions = await deploy(files, { works: {} });
    const { requestId } = await functions.invoke('works', '{}');
    await functions.invoke('works', '{}');

    const lines = functions.logged.map(({ line }) => line);
    const reports = lines.filter((line) => line.startsWith('REPORT'));
    expect(lines[0]).toBe(`START RequestId: ${requestId} Version: $LATEST`);
    expect(lines).toContain(`END RequestId: ${requestId}`);
    expect(reports[0]).toMatch(
      /^REPORT RequestId: [\w-]+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: [1-9]\d* MB\tInit Duration: [\d.]+ ms\t$/,
    );
    expect(reports[1]).not.toContain('Init Duration');
  });

  test('go to the stream of the environment, in the group of the function', async () => {
    const { logged } = await linesOf('works', json);

    expect(new Set(logged.map(({ logGroupName }) => logGroupName))).toEqual(new Set(['shared']));
    expect(new Set(logged.map(({ logStreamName }) => logStreamName)).size).toBe(1);
    expect(logged[0]?.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\]\w{32}$/);
  });

  test('as JSON are platform events', async () => {
    const { lines, requestId } = await linesOf('works', json);
    const platform = lines.filter(({ type }) => type?.startsWith('platform.'));

    expect(platform).toEqual([
      {
        time: expect.any(String),
        type: 'platform.initStart',
        record: {
          initializationType: 'on-demand',
          phase: 'init',
          functionName: 'works',
          functionVersion: '$LATEST',
        },
      },
      { time: expect.any(String), type: 'platform.start', record: { requestId, version: '$LATEST' } },
      {
        time: expect.any(String),
        type: 'platform.report',
        record: {
          requestId,
          metrics: {
            durationMs: expect.any(Number),
            billedDurationMs: expect.any(Number),
            memorySizeMB: 128,
            maxMemoryUsedMB: expect.any(Number),
            initDurationMs: expect.any(Number),
          },
          status: 'success',
        },
      },
    ]);
    const { durationMs, billedDurationMs, initDurationMs } = platform[2].record.metrics;
    expect(Math.abs(billedDurationMs - (durationMs + initDurationMs))).toBeLessThanOrEqual(1);
  });

  test.each([
    ['fails', 3000, 'error'],
    ['sleeps', 50, 'timeout'],
  ])('at WARN are the reports of what went wrong alone: %s', async (name, timeoutMs, status) => {
    const { lines } = await linesOf(name, { ...json, systemLogLevel: 'WARN' }, timeoutMs);

    expect(lines.filter(({ type }) => type?.startsWith('platform.'))).toMatchObject([
      { type: 'platform.report', record: { status } },
    ]);
  });
});

test('the error that ends an invocation is logged as text, too', async () => {
  const { lines, requestId } = await linesOf('fails', defaultLogging('fails'));

  expect(lines).toContainEqual(
    expect.stringMatching(
      new RegExp(
        `Z\\t${requestId}\\tERROR\\tInvoke Error \\t\\{"errorType":"TypeError","errorMessage":"wrong","stack":\\[.+\\]\\}$`,
      ),
    ),
  );
});

describe('what a function logs as JSON', () => {
  test('has time, level, request id and message', async () => {
    const { lines, requestId } = await linesOf('works', json);

    expect(lines.filter(({ level }) => level !== undefined)).toEqual([
      { timestamp: expect.any(String), level: 'INFO', requestId, message: 'said 1' },
      { timestamp: expect.any(String), level: 'INFO', requestId, message: { a: 1 } },
    ]);
  });

  test('tells the parts of an error', async () => {
    const { lines } = await linesOf('fails', json);
    const stackTrace = expect.arrayContaining([expect.stringContaining('index.mjs')]);

    expect(lines.filter(({ level }) => level === 'ERROR')).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/^about RangeError: far/),
        errorType: 'RangeError',
        errorMessage: 'far',
        stackTrace,
      }),
      expect.objectContaining({ message: { errorType: 'TypeError', errorMessage: 'wrong', stackTrace } }),
    ]);
  });

  test('begins at the level of the function', async () => {
    const { lines } = await linesOf('works', { ...json, applicationLogLevel: 'DEBUG' });

    expect(lines).toContainEqual(expect.objectContaining({ level: 'DEBUG', message: 'quiet' }));
  });

  test("is dropped where its own level is below the function's", async () => {
    const { lines } = await linesOf('writes', json);

    expect(lines).not.toContainEqual(expect.objectContaining({ message: 'dropped' }));
    expect(lines).toContainEqual({ level: 'INFO', message: '"level":"DEBUG"' });
    expect(lines).toContain('plain');
    expect(isDelivered('{"level":"DEBUG"}', defaultLogging('text'))).toBe(true);
  });

  test('is known to the function by its variables', async () => {
    expect(JSON.parse((await linesOf('tells', json)).payload)).toEqual({
      format: 'JSON',
      level: 'INFO',
      group: 'shared',
    });
  });
});

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
test('a line that is larger than an event goes on in another, also where it never ends', () => {
  const lines: string[] = [];
  const log = new EnvironmentLog({
    definition: { ...definition, logging: defaultLogging('works') },
    clock: systemClock,
    onLine: (line) => void lines.push(line),
  });
  log.write(`${'x'.repeat(2_500_000)}\nshort\n`);
  expect(lines.map(({ length }) => length)).toEqual([1_048_550, 1_048_550, 402_900, 5]);
  for (let count = 0; count < 40; count += 1) log.write('y'.repeat(50_000));
  expect(lines).toHaveLength(5);
  log.flush();
  expect(lines.slice(4).map(({ length }) => length)).toEqual([1_048_550, 951_450]);
});

describe('the tail of a log', () => {
  test('is 4 KB at most and begins with a whole character', () => {
    for (const padding of ['', 'x', 'xx', 'xxx']) {
      const tail = logTail(`${'😀'.repeat(2000)}${padding}\n`);
      expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(4096);
      expect(Buffer.byteLength(tail)).toBeGreaterThan(4092);
      expect(tail.startsWith('😀')).toBe(true);
    }
  });

  test('keeps the end of what is written, and bounds what is kept', () => {
    let tail = '';
    for (let n = 0; n < 10_000; n += 1) tail = appendToTail(tail, `line ${n}\n`);
    expect(tail.endsWith('line 9998\nline 9999\n')).toBe(true);
    expect(tail.length).toBeLessThan(20_000);
  });
});

const endings = `
  exports.works = async () => 1;
  exports.fails = async () => { throw new Error('no'); };
  exports.loops = async () => { for (;;); };
  exports.exits = async () => process.exit(3);
  exports.eats = async () => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())); };
`;
const report =
  'REPORT RequestId: \\S+\\tDuration: .* ms\\tBilled Duration: \\d+ ms\\tMemory Size: 128 MB\\tMax Memory Used: \\d+ MB';
// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html, and lines that AWS has logged: a timeout
// has `Status: timeout`, what ends the environment has `Status: error` and its type, an error of the handler has neither.
describe('the end of an invocation, in the log', () => {
  let ended: Deployment;

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
    ended = await deploy({ 'index.js': endings }, { ...all, ...Object.fromEntries(inJson) });
  });

  afterAll(() => ended.remove());

  test.each([
    ['works', `${report}(\\tInit Duration: .* ms)?\\t\\n$`],
    ['fails', `${report}(\\tInit Duration: .* ms)?\\t\\n$`],
    [
      'loops',
      `Task timed out after 0.05 seconds\\nEND .+\\n${report}(\\tInit Duration: .* ms)?\\tStatus: timeout\\n$`,
    ],
    [
      'exits',
      `\\nRequestId: \\S+ Error: Runtime exited with error: exit status 3\\nRuntime.ExitError\\nEND .+\\n${report}.*\\tStatus: error\\tError Type: Runtime.ExitError\\n$`,
    ],
    [
      'eats',
      `signal: killed\\nRuntime.ExitError\\nEND .+\\n${report}.*\\tStatus: error\\tError Type: Runtime.OutOfMemory\\n$`,
    ],
    [
      'missing',
      `INIT_REPORT Init Duration: .* ms\\tPhase: init\\tStatus: error\\tError Type: Runtime.HandlerNotFound\\nSTART .+\\nEND .+\\n${report}\\tStatus: error\\tError Type: Runtime.HandlerNotFound\\n$`,
    ],
  ])('is told as text: %s', async (name, expected) => {
    expect((await ended.invoke(name, '{}')).logTail).toMatch(new RegExp(expected));
  });

  test.each([
    ['works', { status: 'success' }],
    ['fails', { status: 'error' }],
    ['loops', { status: 'timeout' }],
    ['exits', { status: 'error', errorType: 'Runtime.ExitError' }],
    ['eats', { status: 'error', errorType: 'Runtime.OutOfMemory' }],
    ['missing', { status: 'error', errorType: 'Runtime.HandlerNotFound' }],
  ])('is told as JSON: %s', async (name, expected) => {
    const { logTail } = await ended.invoke(`${name}InJson`, '{}');
    const { type, record } = JSON.parse(logTail.trimEnd().split('\n').at(-1) ?? '');
    const { requestId: _, metrics, ...told } = record;
    expect(type).toBe('platform.report');
    expect(told).toEqual(expected);
    expect(metrics).toMatchObject({ memorySizeMB: 128, durationMs: expect.any(Number) });
  });
});
