import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createMark, processesWith } from '@device-lifecycle/test-kit/processes.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const PROJECT_DIR = new URL('../..', import.meta.url).pathname;

let busy: Server;
let directory: string;
let stackFile: string;
let busyPort: number;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'start-up-'));
  stackFile = join(directory, 'stack.json');
  busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  const address = busy.address();
  busyPort = typeof address === 'object' && address !== null ? address.port : 0;
});

afterAll(async () => {
  busy.close();
  await rm(directory, { recursive: true });
});

/** Runs the runtime until it ends by itself. */
function runToItsEnd(...args: string[]) {
  return runWith({}, ...args);
}

async function runWith(environment: Readonly<Record<string, string>>, ...args: string[]) {
  const runtime = spawn(
    process.execPath,
    ['packages/local/src/main.mjs', '--stack-file', stackFile, ...args],
    {
      cwd: PROJECT_DIR,
      env: { ...process.env, ...environment },
      stdio: 'pipe',
    },
  );
  const [stdout, stderr, [code]] = await Promise.all([
    text(runtime.stdout),
    text(runtime.stderr),
    once(runtime, 'close'),
  ]);
  return { stdout, stderr, code: code as number };
}

describe('a start that cannot succeed ends with one sentence that says what to do', () => {
  it.each([
    ['a port that is taken', () => ['--port', String(busyPort), '--mqtt-port', '0'], /port/],
    ['an MQTT port that is taken', () => ['--port', '0', '--mqtt-port', String(busyPort)], /--mqtt-port/],
    [
      'an engine that is not there',
      () => ['--port', '0', '--mqtt-port', '0', '--dynamodb', 'http://127.0.0.1:1'],
      /127\.0\.0\.1:1/,
    ],
    ['an option that is unknown', () => ['--prot', '1'], /--help/],
    ['a port that is none', () => ['--port', 'http'], /0 to 65535/],
    ['a stage that is none', () => ['--stage', 'de v'], /such as dev/],
    ['a region that is none', () => ['--region', 'mars'], /us-east-1/],
    ['delays that are none', () => ['--async-retry-delays', 'soon'], /1000,2000/],
    ['a queue that takes nothing', () => ['--async-queue', '0'], /such as 10000/],
  ])('%s', async (_, args, says) => {
    const { stderr, code } = await runToItsEnd(...args());
    expect(code).not.toBe(0);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr).toMatch(/^error: .*\.\n$/);
  });
});

describe('a start', () => {
  it('says what to do on a platform without the built-in engine', async () => {
    const elsewhere = encodeURIComponent("Object.defineProperty(process, 'platform', { value: 'darwin' })");
    const { stderr, code } = await runWith(
      { NODE_OPTIONS: `--import=data:text/javascript,${elsewhere}` },
      ...['--port', '0', '--mqtt-port', '0'],
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: The table engine dynoxide comes for linux-x64, .* --dynamodb URL\.\n$/);
  });

  it('is told at once, before it packages, that a port is taken', async () => {
    // A stage that nobody has packaged yet.
    const stage = `busy-${busyPort}`;
    const { stdout } = await runToItsEnd('--port', '0', '--mqtt-port', String(busyPort), '--stage', stage);
    expect(stdout).toBe('');
  });

  it('is refused where the file of a stack that runs would be overwritten', async () => {
    const stack = await startStack();
    const itsFile = JSON.stringify({ awsEndpointUrl: stack.awsEndpointUrl });
    await writeFile(stackFile, itsFile);
    const { stdout, stderr, code } = await runToItsEnd('--port', '0', '--mqtt-port', '0', '--stage', 'other');
    await stack.stop();

    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: The stack of .* is running, at .* --stack-file, .*\.\n$/);
    expect(await readFile(stackFile, 'utf8')).toBe(itsFile);
  });
});

describe('a stack that has started', () => {
  it('says what of the template has no effect here, and ends cleanly when it is told to', async () => {
    const stack = await startStack();
    expect(stack.output()).toMatch(/^ {2}functions use the network of this machine: .*1 AWS::EC2::VPC,/m);
    expect(await stack.stop()).toBe(0);
    await expect(fetch(stack.awsEndpointUrl)).rejects.toThrow();
  });

  it('runs beside another one', async () => {
    const [one, other] = await Promise.all([startStack(), startStack()]);
    expect(one.awsEndpointUrl).not.toBe(other.awsEndpointUrl);
    expect(await Promise.all([one.stop(), other.stop()])).toEqual([0, 0]);
  });

  it('prints its options when it is asked', async () => {
    const { stdout, code } = await runToItsEnd('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/--stack-file FILE/);
    await expect(access(`${PROJECT_DIR}/.local/package`)).resolves.toBeUndefined();
  });
});

/** Starts a stack from a process that says when it runs, and where. */
async function startFromAnother(mark: Readonly<Record<string, string>>) {
  const module = new URL('../../packages/test-kit/src/laptop/stack.ts', import.meta.url).href;
  const script = `
    import { startStack } from ${JSON.stringify(module)};
    const { awsEndpointUrl } = await startStack();
    process.stdout.write(awsEndpointUrl);`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
    // A process that is killed cannot remove its files: they go with this test's.
    env: { ...process.env, ...mark, TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [awsEndpointUrl] = await Promise.race([once(starter.stdout, 'data'), once(starter, 'exit')]);
  return { starter, awsEndpointUrl: String(awsEndpointUrl) };
}

/** Tells what is in the stack file, and ends with its input. */
const COMPANION = `
  import { readFileSync } from 'node:fs';
  console.log('beside', JSON.parse(readFileSync(process.argv[2], 'utf8')).awsEndpointUrl);
  process.stdin.on('end', () => process.exit()).resume();`;

describe('a stack whose starter is gone', () => {
  it('ends, and its engine with it, though nobody told it', async () => {
    const mark = createMark();
    const { starter, awsEndpointUrl } = await startFromAnother(mark);
    expect((await fetch(awsEndpointUrl)).status).toBe(403);
    expect(await processesWith(mark)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('packages/local/src/main.mjs'),
        expect.stringMatching(/^\S+\/dynoxide /),
      ]),
    );

    starter.kill('SIGKILL');
    await eventually(async () => expect(await processesWith(mark)).toEqual([]));
  });

  it.each(['SIGHUP', 'SIGKILL'] as const)('ends at a %s, and its companion with it', async (signal) => {
    const mark = createMark();
    const script = join(directory, 'companion.mjs');
    await writeFile(script, COMPANION);
    const args = ['--port', '0', '--mqtt-port', '0', '--stack-file', stackFile];
    const runtime = spawn(
      process.execPath,
      ['packages/local/src/main.mjs', ...args, '--companion', `${script} {stackFile}`],
      { cwd: PROJECT_DIR, env: { ...process.env, ...mark }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(runtime, 'close');
    let printed = '';
    runtime.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
      if (/^beside/m.test(chunk)) runtime.kill(signal);
    });

    expect(await ended).toEqual(signal === 'SIGHUP' ? [0, null] : [null, signal]);
    const farewell = signal === 'SIGHUP' ? 'stopped\n' : '';
    expect(printed).toMatch(
      new RegExp(`^AWS endpoint (\\S+),.*\nready in \\d+ ms\nbeside \\1\n${farewell}$`, 'm'),
    );
    await eventually(async () => expect(await processesWith(mark)).toEqual([]));
  });
});
