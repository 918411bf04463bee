import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { isAlive } from '@device-lifecycle/test-kit/processes.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Deployment, deploy } from './deployment.ts';

const code = `
  const { setTimeout: delay } = require('node:timers/promises');
  exports.well = async () => 'well';
  exports.heap = async () => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())); };
  exports.oneObject = async () => Array.from({ length: 2 ** 27 }, (_, index) => ({ index })).length;
  exports.oneArray = async () => 'x'.repeat(2 ** 28).split('').length;
  exports.dictionary = async () => { const all = {}; for (let i = 0; i < 2e6; i++) all['k' + i] = i; return all; };
  exports.buffers = async () => { const all = []; for (;;) { all.push(Buffer.alloc(2e6, 1)); await delay(5); } };
  exports.recursion = async () => { const again = () => again() + 1; return again(); };
  exports.regex = async () => /(a|b|(c))*$/.test('ab'.repeat(1e7));
  exports.logLoop = async () => { for (;;) console.log('again'); };
  exports.longLine = async () => { console.log('x'.repeat(1e7)); return 'written'; };
  exports.exitAfterLog = async () => { console.log('last words'); process.exit(0); };
  exports.aborts = async () => process.abort();
  exports.killsItself = async () => { process.kill(process.pid, 'SIGKILL'); await delay(1000); };
  exports.throwsNull = async () => { throw null; };
  exports.throwsSymbol = async () => { throw Symbol('no'); };
  exports.throwsTrap = async () => { throw new Proxy({}, { get() { throw new Error('trap'); } }); };
  exports.throwsLater = async () => { setTimeout(() => { throw undefined; }, 1); await delay(1000); };
  exports.rejectsLater = async () => { Promise.reject(null); await delay(1000); };
  exports.bigint = async () => 1n;
  exports.leavesProgram = async () => { require('node:child_process').spawn('sleep', ['60']); return 'left'; };
  exports.leavesPipes = async () => {
    require('node:child_process').spawn('sleep', ['4'], { detached: true, stdio: 'inherit' });
    process.exit(3);
  };
  exports.writesToPipe = async () => { require('node:fs').writeSync(3, 'done\\n'); await delay(1000); };
  exports.spinsAtExit = async () => {
    console.log(process.pid);
    process.on('exit', () => { for (;;); });
    setTimeout(() => { throw new Error('spins'); }, 1);
    await delay(1000);
  };
  exports.disconnects = async () => { process.disconnect(); await delay(1000); };
`;

const processModule = import.meta.resolve('../../src/lambda/environment-process.ts');

const names = [...code.matchAll(/exports\.(\w+)/g)].map(([, name]) => name ?? '');

describe('a handler that crashes', () => {
  let functions: Deployment;

  beforeAll(async () => {
    const all = Object.fromEntries(names.map((name) => [name, { timeoutMs: 20_000 }]));
    functions = await deploy(
      { 'index.js': code },
      {
        ...all,
        regex: { timeoutMs: 20_000, memoryMb: 1024 },
        longLine: { memoryMb: 1024, timeoutMs: 20_000 },
        dictionary: { memoryMb: 80 },
        oneObject: { memoryMb: 80 },
        logLoop: { timeoutMs: 300 },
      },
    );
  });

  afterAll(() => functions.remove());

  async function invoke(name: string) {
    const result = await functions.invoke(name, '{}');
    return { ...result, answer: JSON.parse(result.payload) };
  }

  // https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
  it.each([
    ['heap', 'Runtime.ExitError', 'Runtime exited with error: signal: killed'],
    ['oneObject', 'Runtime.ExitError', 'Runtime exited with error: signal: killed'],
    ['oneArray', 'Runtime.ExitError', 'Runtime exited with error: signal: killed'],
    ['dictionary', 'Runtime.ExitError', 'Runtime exited with error: signal: killed'],
    ['recursion', 'RangeError', 'Maximum call stack size exceeded'],
    ['regex', 'RangeError', 'Maximum call stack size exceeded'],
    ['logLoop', 'Sandbox.Timedout', 'Task timed out after 0.30 seconds'],
    ['aborts', 'Runtime.ExitError', 'Runtime exited with error: signal: aborted'],
    ['killsItself', 'Runtime.ExitError', 'Runtime exited with error: signal: killed'],
    ['throwsNull', 'string', 'handled'],
    ['throwsSymbol', 'symbol', 'Symbol(no)'],
    ['throwsTrap', 'handled', 'cannot be read'],
    ['throwsLater', 'undefined', 'undefined'],
    ['rejectsLater', 'Runtime.UnhandledPromiseRejection', 'null'],
    ['bigint', 'Runtime.JSONStringifyError', 'Unable to stringify response body'],
    ['writesToPipe', 'Runtime.ExitError', 'Runtime exited with error: signal: killed'],
    ['disconnects', 'Runtime.ExitError', 'Runtime exited without providing a reason'],
  ])('fails its invocation alone: %s with %s', async (name, errorType, errorMessage) => {
    const { answer, functionError } = await invoke(name);
    expect(functionError).toBe('Unhandled');
    expect(answer).toMatchObject({ errorType, errorMessage: expect.stringContaining(errorMessage) });
    expect((await invoke('well')).answer).toBe('well');
  });

  (process.platform === 'linux' ? it : it.skip)('is killed for what it takes beside the heap', async () => {
    const { answer, logTail } = await invoke('buffers');
    expect(answer.errorMessage).toContain('signal: killed');
    expect(logTail).toMatch(/\nREPORT RequestId: .+Memory Size: 128 MB/);
  });

  (process.platform === 'linux' ? it : it.skip)('is killed for what it takes as it is loaded', async () => {
    const hungry = `const all = []; setInterval(() => all.push(Buffer.alloc(4e6, 1)), 5);
      await new Promise(() => undefined);`;
    const loading = await deploy({ 'index.mjs': hungry }, { handler: {} });
    const { payload } = await loading.invoke('handler', '{}');
    expect(JSON.parse(payload).errorMessage).toContain('signal: killed');
    await loading.remove();
  });

  it('is heard to its end', async () => {
    expect((await invoke('exitAfterLog')).logTail).toContain('last words\n');
    expect((await invoke('longLine')).answer).toBe('written');
  });

  it('ends, whatever would keep it from that', async () => {
    const [leaving, spinning] = await Promise.all([invoke('leavesPipes'), invoke('spinsAtExit')]);
    expect(leaving.answer.errorMessage).toContain('exit status 3');
    expect(spinning.answer).toMatchObject({ errorType: 'Error', errorMessage: 'spins' });
    await ended(Number(/\tINFO\t(\d+)/.exec(spinning.logTail)?.[1]));
  });

  it('fails where the system does not take what it is started with', async () => {
    const refused = await deploy({ 'index.js': code }, { well: { environment: { NAME: 'a\0b' } } });
    await refused.invokeAsync('well', '{}');
    const { payload } = await refused.invoke('well', '{}');
    expect(JSON.parse(payload)).toMatchObject({ errorType: 'Runtime.ExitError' });
    await refused.idle();
    expect(refused.lines.join()).toContain('null bytes');
    await refused.remove();
  });

  it('fails each time where its code is gone', async () => {
    const gone = await deploy({ 'index.js': code }, { well: {} });
    await rm(gone.codeDir, { recursive: true });
    const results = await Promise.all([1, 2, 3].map(() => gone.invoke('well', '{}')));
    for (const { payload } of results) {
      expect(JSON.parse(payload)).toMatchObject({ errorType: 'Runtime.ExitError' });
    }
    await gone.remove();
  });

  it('takes with it what it has started', async () => {
    expect((await invoke('leavesProgram')).answer).toBe('left');
    const sleeping = await deploy({ 'index.js': code }, { leavesProgram: {} });
    await sleeping.invoke('leavesProgram', '{}');
    await sleeping.remove();
  });
});

describe('an environment', () => {
  it('ends with the runtime, however that ends', async () => {
    const codeDir = await mkdtemp(join(tmpdir(), 'loops-'));
    await writeFile(join(codeDir, 'index.mjs'), 'console.log(process.pid); for (;;);');
    const logging = { logFormat: 'Text', applicationLogLevel: 'INFO' };
    const options = {
      variables: {},
      workingDirectory: codeDir,
      memoryMb: 128,
      settings: { codeDir, layerDirs: [], handler: 'index.handler', logging, clockOffsetMs: 0 },
    };
    const program = `
      import { EnvironmentProcess } from ${JSON.stringify(processModule)};
      const hear = { onReport: ({ payload }) => console.log(payload), onOutput: console.log, onEnd: console.log };
      new EnvironmentProcess({ ...${JSON.stringify(options)}, ...hear });
    `;
    const runtime = spawn(process.execPath, ['--input-type=module', '-e', program]);
    const written = runtime.stdout.setEncoding('utf8');
    let text = '';
    while (!/\tINFO\t\d+/.test(text)) text += (await once(written, 'data'))[0];
    const pid = Number(/\tINFO\t(\d+)/.exec(text)?.[1]);
    expect(process.kill(pid, 0)).toBe(true);
    runtime.kill('SIGKILL');
    await ended(pid);
    await rm(codeDir, { recursive: true });
  });
});

/** Waits for the end of a process. */
const ended = (pid: number): Promise<void> => eventually(async () => expect(isAlive(pid)).toBe(false));
