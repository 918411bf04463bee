import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The file that the laptop runtime writes when it is ready: see docs/messages.md. */
export interface StackFile {
  readonly region: string;
  readonly accountId: string;
  readonly awsEndpointUrl: string;
  readonly mqtt: { readonly host: string; readonly port: number };
  readonly tables: Readonly<Record<'devices' | 'invalidDevices', string>>;
  readonly stateMachines: Readonly<Record<'decommissionDevice' | 'restoreDevice', string>>;
  readonly functions: Readonly<Record<string, string>>;
  readonly queues: Readonly<Record<'deadLetters', string>>;
}

export interface RunningStack extends StackFile {
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
}

const PROJECT_DIR = new URL('..', import.meta.url).pathname;

async function readStackFile(path: string): Promise<StackFile> {
  return JSON.parse(await readFile(path, 'utf8')) as StackFile;
}

/**
 * Starts the laptop runtime as a process of its own, on free ports, beside any other that runs.
 * @throws Error with what the runtime printed, when it ends before it is ready
 */
export async function startStack(args: readonly string[] = []): Promise<RunningStack> {
  const directory = await mkdtemp(join(tmpdir(), 'device-lifecycle-'));
  const stackFile = join(directory, 'stack.json');
  const runtime = spawn(
    process.execPath,
    ['local/main.ts', '--port', '0', '--mqtt-port', '0', '--stack-file', stackFile, ...args],
    { cwd: PROJECT_DIR, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const killRuntime = () => runtime.kill('SIGTERM');
  process.once('exit', killRuntime);
  const exited = once(runtime, 'close') as Promise<[number | null]>;
  let printed = '';
  const ready = new Promise<void>((resolve) => {
    for (const stream of [runtime.stdout, runtime.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (/^ready in \d+ ms$/m.test(printed)) resolve();
      });
    }
  });
  const cleanUp = async () => {
    process.off('exit', killRuntime);
    await rm(directory, { recursive: true, force: true });
  };
  const first = await Promise.race([ready, exited]);
  if (first !== undefined) {
    await cleanUp();
    throw new Error(`The runtime ended before it was ready (exit code ${first[0]}):\n${printed}`);
  }
  const stack = await readStackFile(stackFile);
  return {
    ...stack,
    clientConfig: {
      endpoint: stack.awsEndpointUrl,
      region: stack.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    },
    output: () => printed,
    async stop() {
      runtime.kill('SIGINT');
      const [code] = await exited;
      await cleanUp();
      return code;
    },
  };
}
