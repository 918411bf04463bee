import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { isAlive } from '@device-lifecycle/test-kit/processes.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { closedDoor } from './closed-door.ts';
import { type Deployment, deploy } from './deployment.ts';

const code = `
  let calls = 0;
  exports.echo = async (event) => event;
  exports.nothing = async () => undefined;
  exports.count = async () => ++calls;
  exports.environment = async () => process.env;
  exports.context = async (event, context) => {
    console.log('hello\\nworld');
    process.stdout.write('{"raw":true}\\n');
    process.stderr.write('no end of line');
    return { ...context, remaining: context.getRemainingTimeInMillis() };
  };
  exports.fails = async () => { throw Object.assign(new RangeError('too far'), { name: 'FarError' }); };
  exports.failsAtOnce = () => { throw new Error('at once'); };
  exports.throwsText = async () => { throw 'text'; };
  exports.sleeps = () => new Promise((resolve) => setTimeout(resolve, 60_000));
  exports.spins = () => { for (;;); };
  exports.exits = async ({ code }) => process.exit(code);
  exports.neverSettles = () => new Promise(() => {});
  exports.callsBack = (event, context, callback) => setTimeout(() => callback(null, 'called back'), 1);
  exports.callsBackEarly = (event, context, callback) => {
    callback(null, 'early');
    setTimeout(() => console.log('after the callback'), 20);
  };
  exports.large = async ({ size }) => 'x'.repeat(size);
  exports.waits = ({ ms }) => new Promise((resolve) => setTimeout(resolve, ms, calls++));
  exports.waitsAtDoor = ({ door }) => new Promise((resolve) => {
    const answer = { calls: calls++, environment: process.env.AWS_LAMBDA_LOG_STREAM_NAME, pid: process.pid };
    require('node:net').connect(door, '127.0.0.1').resume().on('end', () => resolve(answer));
  });
  exports.marks = async ({ file }) => file && require('node:fs').writeFileSync(file, 'done');
  exports.notCallable = 'text';
`;

const names = [...code.matchAll(/exports\.(\w+)/g)].map(([, name]) => name ?? '');

describe('functions', () => {
  let functions: Deployment;

  beforeAll(async () => {
    const all = Object.fromEntries(names.map((name) => [name, {}]));
    functions = await deploy(
      { 'index.js': code },
      {
        ...all,
        environment: { environment: { TABLE: 'devices' }, memoryMb: 256 },
        sleeps: { timeoutMs: 50 },
        spins: { timeoutMs: 50 },
        marks: { timeoutMs: 100 },
        callsBack: { runtime: 'nodejs22.x' },
        callsBackEarly: { runtime: 'nodejs22.x' },
        callbackOfToday: { handler: 'index.callsBack' },
        missing: { handler: 'index.missing' },
        missingFile: { handler: 'nowhere.handler' },
        malformed: { handler: 'index' },
        reserved: { handler: 'index.waits', reservedConcurrency: 1 },
        waitsAtDoor: { timeoutMs: 20_000 },
        forbidden: { handler: 'index.echo', reservedConcurrency: 0 },
      },
      { maxEnvironments: 4 },
    );
  });

  afterAll(() => functions.remove());

  async function invoke(name: string, event: unknown = {}) {
    const result = await functions.invoke(name, JSON.stringify(event));
    return { ...result, answer: JSON.parse(result.payload) };
  }

  it('gives the event to the handler and its answer to the caller', async () => {
    const { answer, functionError } = await invoke('echo', { deviceId: 'd-1', text: 'ä€😀' });
    expect(answer).toEqual({ deviceId: 'd-1', text: 'ä€😀' });
    expect(functionError).toBeUndefined();
  });

  it('answers null for a handler that returns nothing', async () => {
    expect((await invoke('nothing')).payload).toBe('null');
  });

  it('keeps an environment warm and runs it again', async () => {
    expect((await invoke('count')).answer).toBe(1);
    expect((await invoke('count')).answer).toBe(2);
  });

  it("gives the function's environment and Lambda's, and nothing of this process's", async () => {
    process.env['AWS_PROFILE'] = 'somebody';
    try {
      const { answer } = await invoke('environment');
      expect(answer).toMatchObject({
        TABLE: 'devices',
        AWS_REGION: 'eu-west-1',
        AWS_DEFAULT_REGION: 'eu-west-1',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_FUNCTION_NAME: 'environment',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/environment',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
        AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000',
        AWS_EC2_METADATA_DISABLED: 'true',
        LAMBDA_TASK_ROOT: functions.codeDir,
        _HANDLER: 'index.environment',
      });
      expect(answer).not.toHaveProperty('AWS_PROFILE');
      expect(answer).not.toHaveProperty('HOME');
      expect(answer).not.toHaveProperty('NODE_OPTIONS');
      expect(answer._X_AMZN_TRACE_ID).toMatch(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
      );
    } finally {
      delete process.env['AWS_PROFILE'];
    }
  });

  it('gives a context, hands out what is written line by line, and returns it as the tail', async () => {
    const { answer, requestId, logTail } = await invoke('context');
    expect(answer).toMatchObject({
      awsRequestId: requestId,
      functionName: 'context',
      functionVersion: '$LATEST',
      memoryLimitInMB: '128',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:context',
      logGroupName: '/aws/lambda/context',
      callbackWaitsForEmptyEventLoop: true,
    });
    expect(answer.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    expect(answer.remaining).toBeGreaterThan(0);
    expect(answer.remaining).toBeLessThanOrEqual(3000);
    const lines = functions.lines.filter((line) => line.startsWith('context: '));
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^context: .+Z\\t${requestId}\\tINFO\\thello\\rworld$`)),
      'context: {"raw":true}',
      'context: no end of line',
    ]);
    expect(logTail).toMatch(new RegExp(`^START RequestId: ${requestId} Version: \\$LATEST\n`));
    expect(logTail).toContain('{"raw":true}\n');
    expect(logTail).toMatch(
      /\nREPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t\n$/,
    );
  });

  it.each([
    ['fails', 'FarError', 'too far'],
    ['failsAtOnce', 'Error', 'at once'],
    ['throwsText', 'string', 'text'],
    ['missing', 'Runtime.HandlerNotFound', 'index.missing is undefined or not exported'],
    ['notCallable', 'Runtime.HandlerNotFound', 'index.notCallable is not a function'],
  ])('reports what went wrong in %s as %s', async (name, errorType, errorMessage) => {
    const { answer, functionError } = await invoke(name);
    expect(answer).toEqual({ errorType, errorMessage, trace: expect.any(Array) });
    expect(functionError).toBe('Unhandled');
  });

  it.each([
    ['missingFile', 'Runtime.ImportModuleError'],
    ['malformed', 'Runtime.MalformedHandlerName'],
    ['callbackOfToday', 'Runtime.CallbackHandlerDeprecated'],
  ])('reports why %s cannot be loaded, each time', async (name, errorType) => {
    expect((await invoke(name)).answer.errorType).toBe(errorType);
    expect((await invoke(name)).answer.errorType).toBe(errorType);
  });

  it.each(['sleeps', 'spins'])('ends %s at its timeout', async (name) => {
    const { answer, functionError, requestId, logTail } = await invoke(name);
    expect(answer).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after 0.05 seconds`,
    });
    expect(functionError).toBe('Unhandled');
    expect(logTail).toContain(`${requestId} Task timed out after 0.05 seconds\n`);
  });

  it('counts an answer that has come in time, however busy the runtime is', async () => {
    const file = join(functions.codeDir, 'mark');
    await invoke('marks');
    const answered = invoke('marks', { file });
    setImmediate(() => {
      // Until the function has answered, and its time is over.
      for (let left = 3; left > 0; left -= existsSync(file) ? 1 : 0) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
      }
    });
    expect((await answered).functionError).toBeUndefined();
    expect((await invoke('marks')).functionError).toBeUndefined();
  });

  it.each([
    ['exits', { code: 3 }, 'Runtime exited with error: exit status 3'],
    ['exits', { code: 0 }, 'Runtime exited without providing a reason'],
    ['neverSettles', {}, 'Runtime exited without providing a reason'],
  ])('reports the exit of %s with %j', async (name, event, reason) => {
    const { answer, functionError, requestId } = await invoke(name, event);
    expect(answer).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: ${reason}`,
    });
    expect(functionError).toBe('Unhandled');
  });

  it('calls handlers with a callback where their runtime does, and waits for the event loop', async () => {
    expect((await invoke('callsBack')).answer).toBe('called back');
    const { answer, logTail } = await invoke('callsBackEarly');
    expect(answer).toBe('early');
    expect(logTail).toContain('after the callback');
  });

  it('fails a synchronous answer over 6 MB', async () => {
    const { answer, functionError } = await invoke('large', { size: 6_291_600 });
    expect(answer.errorType).toBe('Function.ResponseSizeTooLarge');
    expect(functionError).toBe('Unhandled');
  });

  it('refuses events over 6 MB, or 1 MB for an asynchronous invocation', async () => {
    const megabyte = JSON.stringify('x'.repeat(1_048_576));
    const tooLarge = { code: 'RequestTooLargeException', status: 413 };
    await expect(functions.invokeAsync('echo', megabyte)).rejects.toMatchObject(tooLarge);
    await expect(functions.invoke('echo', megabyte)).resolves.toMatchObject({ payload: megabyte });
    await expect(functions.invoke('echo', `"${'x'.repeat(6_291_456)}"`)).rejects.toMatchObject(tooLarge);
  });

  it('runs as many invocations at once as are reserved', async () => {
    await invoke('reserved', { ms: 1 });
    const [first, second] = await Promise.all([
      invoke('reserved', { ms: 20 }),
      invoke('reserved', { ms: 20 }),
    ]);
    expect([first.answer, second.answer]).toEqual([1, 2]);
  });

  it('throttles a function with no concurrency at all', async () => {
    await expect(invoke('forbidden')).rejects.toMatchObject({ code: 'TooManyRequestsException' });
  });

  it('boots more environments while invocations wait', async () => {
    const door = await closedDoor();
    const waiting = Array.from({ length: 4 }, () => invoke('waitsAtDoor', { door: door.port }));
    await door.arrived(4);
    door.open();
    const environments = (await Promise.all(waiting)).map(({ answer }) => answer.environment);
    expect(new Set(environments).size).toBe(4);
  });

  it('finds a function by name, ARN and partial ARN, and says which it does not find', async () => {
    const arn = 'arn:aws:lambda:eu-west-1:000000000000:function:echo';
    for (const reference of [
      arn,
      `${arn}:$LATEST`,
      '000000000000:function:echo',
      'function:echo',
      'echo:$LATEST',
    ]) {
      expect((await invoke(reference, 1)).answer).toBe(1);
    }
    const notFound = { code: 'ResourceNotFoundException', status: 404 };
    await expect(invoke('nobody')).rejects.toMatchObject({
      ...notFound,
      message: 'Function not found: arn:aws:lambda:eu-west-1:000000000000:function:nobody',
    });
    await expect(invoke(`${arn}:live`)).rejects.toMatchObject({
      ...notFound,
      message: `Function not found: ${arn}:live`,
    });
    await expect(invoke(arn.replace('eu-west-1', 'eu-west-2'))).rejects.toMatchObject(notFound);
    await expect(invoke('a b')).rejects.toMatchObject({ code: 'ValidationException' });
  });
});

describe('environments that have nothing to do', () => {
  it.each([
    ['but for the last one', 60_000, 1],
    ['the last one too, after its own time', 20, 0],
  ])('end: %s', async (_, lastMs, left) => {
    const idle = await deploy(
      { 'index.js': code },
      { waitsAtDoor: { timeoutMs: 20_000 } },
      { idleLimits: { lastMs, othersMs: 20 } },
    );
    const twoAtOnce = async (): Promise<ReadonlyMap<string, number>> => {
      const door = await closedDoor();
      const event = JSON.stringify({ door: door.port });
      const waiting = [idle.invoke('waitsAtDoor', event), idle.invoke('waitsAtDoor', event)];
      await door.arrived(2);
      door.open();
      const answers = (await Promise.all(waiting)).map(({ payload }) => JSON.parse(payload));
      return new Map(answers.map(({ environment, pid }) => [environment, pid]));
    };
    const before = await twoAtOnce();
    await eventually(async () => expect([...before.values()].filter(isAlive)).toHaveLength(left));
    expect(new Set(before.keys()).intersection(await twoAtOnce()).size).toBe(left);
    await idle.remove();
  });
});

describe('functions whose invocations do not wait long', () => {
  it('throttle those that find no environment free, and do not run them', async () => {
    const reserved = { handler: 'index.waitsAtDoor', reservedConcurrency: 1, timeoutMs: 20_000 };
    const functions = await deploy({ 'index.js': code }, { reserved }, { concurrencyWaitMs: 50 });
    try {
      const door = await closedDoor();
      const event = JSON.stringify({ door: door.port });
      // An event waits for its environment however long that takes to boot; invocations here do not.
      await functions.invokeAsync('reserved', event);
      await door.arrived(1);
      await expect(functions.invoke('reserved', event)).rejects.toMatchObject({
        code: 'TooManyRequestsException',
        status: 429,
      });
      door.open();
      await functions.idle();

      const next = await closedDoor();
      const answered = functions.invoke('reserved', JSON.stringify({ door: next.port }));
      await next.arrived(1);
      next.open();
      expect(JSON.parse((await answered).payload)).toMatchObject({ calls: 1 });
    } finally {
      await functions.remove();
    }
  });
});
