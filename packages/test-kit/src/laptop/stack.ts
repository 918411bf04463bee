import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The file that the laptop runtime writes when it is ready: see docs/messages.md. */
export interface StackFile {
  readonly region: string;
  readonly accountId: string;
  readonly awsEndpointUrl: string;
  readonly mqtt: { readonly host: string; readonly port: number; readonly caFile: string };
  readonly tables: Readonly<Record<'devices' | 'invalidDevices', string>>;
  readonly stateMachines: Readonly<
    Record<
      | 'decommissionDevice'
      | 'restoreDevice'
      | 'holdDevice'
      | 'releaseDevice'
      | 'purgeDevice'
      | 'decommissionFleet'
      | 'restoreFleet'
      | 'proposeStale',
      string
    >
  >;
  readonly functions: Readonly<Record<string, string>>;
  readonly queues: Readonly<Record<'deadLetters', string>>;
  readonly buckets: Readonly<Record<'fleet', string>>;
  readonly eventBuses: Readonly<Record<'eventBus', string>>;
  /** Names of AWS IoT policies. */
  readonly policies: Readonly<Record<'device', string>>;
}

export interface RunningStack extends StackFile {
  /** Where it lies, in a directory that is removed with the stack. */
  readonly stackFile: string;
  /** The settings with which an SDK client talks to this stack and to nothing else. */
  readonly clientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** What the runtime has printed so far. */
  output(): string;
  /** Ends the runtime as Ctrl-C does, and resolves to its exit code. */
  stop(): Promise<number | null>;
  /** Ends the runtime as `kill -9` does, and resolves when it is gone. */
  kill(): Promise<void>;
}

const PROJECT_DIR = new URL('../../../..', import.meta.url).pathname;

/** The runtime ended before it was ready. The message is what it said about it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

async function readStackFile(path: string): Promise<StackFile> {
  return JSON.parse(await readFile(path, 'utf8')) as StackFile;
}

/**
 * Starts the laptop runtime as a process of its own, on free ports, beside any other that runs. It ends with this
 * process, and when `signal` aborts.
 * @throws StartError
 */
export async function startStack(args: readonly string[] = [], signal?: AbortSignal): Promise<RunningStack> {
  signal?.throwIfAborted();
  const directory = mkdtempSync(join(tmpdir(), 'device-lifecycle-'));
  const stackFile = join(directory, 'stack.json');
  const fixed = ['--with-parent', '--port', '0', '--mqtt-port', '0', '--stack-file', stackFile];
  const runtime = spawn(process.execPath, ['packages/local/src/main.mjs', ...fixed, ...args], {
    cwd: PROJECT_DIR,
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a process group of its own: an interrupt in the terminal reaches this process, which then ends that one.
    detached: true,
  });
  const endRuntime = () => runtime.kill('SIGTERM');
  const removeFiles = () => rmSync(directory, { recursive: true, force: true });
  const leaveNothing = () => {
    endRuntime();
    removeFiles();
  };
  process.once('exit', leaveNothing);
  signal?.addEventListener('abort', endRuntime);
  const ended = (once(runtime, 'close') as Promise<[number | null]>).then(([code]) => {
    process.off('exit', leaveNothing);
    signal?.removeEventListener('abort', endRuntime);
    removeFiles();
    return code;
  });
  const printed = { all: '', errors: '' };
  const ready = new Promise<'ready'>((resolve) => {
    runtime.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed.all += text;
      if (/^ready in \d+ ms$/m.test(printed.all)) resolve('ready');
    });
  });
  runtime.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.all += text;
    printed.errors += text;
  });
  const first = await Promise.race([ready, ended]);
  if (first !== 'ready') {
    throw new StartError(
      printed.errors.trim() || `The runtime ended before it was ready, with exit code ${first}.`,
    );
  }
  const stack = await readStackFile(stackFile);
  return {
    ...stack,
    stackFile,
    clientConfig: {
      endpoint: stack.awsEndpointUrl,
      region: stack.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    },
    output: () => printed.all,
    stop() {
      runtime.kill('SIGINT');
      return ended;
    },
    async kill() {
      runtime.kill('SIGKILL');
      await ended;
    },
  };
}
