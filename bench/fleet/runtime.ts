import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StackFile } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { type ProcessUsage, usageOf } from './processes.ts';

/** What the main thread of a process holds once garbage is collected. */
export interface Heap {
  readonly usedBytes: number;
  /** Buffers, outside of the heap. */
  readonly externalBytes: number;
  /** Of the whole process. */
  readonly rssBytes: number;
}

type Answer = Readonly<Record<string, unknown>>;

/** The inspector of a Node.js process. */
export interface Inspector {
  send(method: string, params?: object): Promise<Answer>;
  close(): void;
}

/**
 * @param url of the process's inspector (`ws:`)
 * @see https://chromedevtools.github.io/devtools-protocol/v8/
 */
async function openInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  const opened = Promise.withResolvers<void>();
  socket.addEventListener('open', () => opened.resolve());
  socket.addEventListener('error', () =>
    opened.reject(new Error(`The inspector at ${url} does not answer.`)),
  );
  await opened.promise;
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let lastId = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, result = {}, error } = JSON.parse(String(data));
    const answer = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) answer?.resolve(result);
    else answer?.reject(new Error(error.message));
  });
  return {
    send(method, params = {}) {
      lastId += 1;
      const answer = Promise.withResolvers<Answer>();
      waiting.set(lastId, answer);
      socket.send(JSON.stringify({ id: lastId, method, params }));
      return answer.promise;
    },
    close: () => socket.close(),
  };
}

/** Collects the garbage of a process, and tells what is left. */
export async function collectedHeap(inspector: Inspector): Promise<Heap> {
  // The first collection runs finalizers, and the second collects what they have let go.
  await inspector.send('HeapProfiler.collectGarbage');
  await inspector.send('HeapProfiler.collectGarbage');
  const { result } = await inspector.send('Runtime.evaluate', {
    expression: 'process.memoryUsage()',
    returnByValue: true,
  });
  const { heapUsed, external, rss } = Object(Object(result).value);
  return { usedBytes: heapUsed, externalBytes: external, rssBytes: rss };
}

export interface RuntimeOptions {
  /** Where stack file and logs are, for as long as the caller keeps it; a directory of its own when absent. */
  readonly directory?: string;
  /** Of the runtime's command line. */
  readonly args?: readonly string[];
  /** Of Node.js's, for modules that are loaded before the runtime. */
  readonly nodeArgs?: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The laptop runtime in a process of its own, whose memory can be measured, and which can be killed. */
export interface FleetRuntime {
  readonly pid: number;
  readonly stack: StackFile;
  readonly stackFile: string;
  /** Of an SDK client that talks to this stack and to nothing else. */
  readonly clientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** One file a log group. */
  readonly logsDirectory: string;
  output(): string;
  usage(): Promise<ProcessUsage>;
  /** Collects garbage first. */
  heap(): Promise<Heap>;
  /** Until the caller closes it. */
  inspector(): Promise<Inspector>;
  /** Resolves once it has had next to nothing to do for two seconds: what follows the moves is done. */
  quiet(): Promise<void>;
  /** As `kill -9`. */
  kill(): Promise<void>;
  /** As Ctrl-C. */
  stop(): Promise<void>;
}

/** Of {@link RuntimeOptions.nodeArgs}: nothing follows the tables' streams or a schedule. */
export const QUIET: readonly string[] = ['--import', new URL('./without-followers.ts', import.meta.url).href];

const PROJECT_DIR = join(import.meta.dirname, '../..');
/** Sweeps for expired items never end, and are no more than that. */
const QUIET_CPU_SECONDS_A_SECOND = 0.12;
const QUIET_SECONDS = 2;

async function until(said: () => boolean, runtime: ChildProcess, output: () => string): Promise<void> {
  const POLL_MS = 20;
  while (!said()) {
    if (runtime.exitCode !== null || runtime.signalCode !== null) {
      throw new Error(`The runtime has ended:\n${output()}`);
    }
    await delay(POLL_MS);
  }
}

async function quietPid(pid: number): Promise<void> {
  let before = (await usageOf(pid)).cpuSeconds;
  for (let quietSeconds = 0; quietSeconds < QUIET_SECONDS; ) {
    await delay(1_000);
    const { cpuSeconds } = await usageOf(pid);
    quietSeconds = cpuSeconds - before < QUIET_CPU_SECONDS_A_SECOND ? quietSeconds + 1 : 0;
    before = cpuSeconds;
  }
}

/** Starts it on free ports. It ends with this process. */
export async function startRuntime(options: RuntimeOptions = {}): Promise<FleetRuntime> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'bench-fleet-')));
  const removeFiles = () => {
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  const stackFile = join(directory, 'stack.json');
  const runtime = spawn(
    process.execPath,
    [
      '--inspect-port=127.0.0.1:0',
      ...(options.nodeArgs ?? []),
      'packages/local/src/main.mjs',
      ...['--with-parent', '--port', '0', '--mqtt-port', '0', '--stack-file', stackFile],
      ...(options.args ?? []),
    ],
    {
      cwd: PROJECT_DIR,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...options.env },
    },
  );
  const { pid } = runtime;
  if (pid === undefined) throw new Error('The runtime did not start.');
  // In order, so that it leaves none of its own files; `--with-parent` sees to it that it does end.
  const leaveNothing = () => {
    runtime.kill('SIGTERM');
    removeFiles();
  };
  process.once('exit', leaveNothing);
  let printed = '';
  for (const stream of [runtime.stdout, runtime.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const output = () => printed;
  const ended = once(runtime, 'close').then(() => {
    process.off('exit', leaveNothing);
    removeFiles();
  });
  await until(() => /^ready in \d+ ms$/m.test(printed), runtime, output);
  const stack = JSON.parse(await readFile(stackFile, 'utf8')) as StackFile;
  async function inspectorUrl(): Promise<string> {
    const url = () => /Debugger listening on (ws:\S+)/.exec(printed)?.[1];
    if (url() === undefined) runtime.kill('SIGUSR1');
    await until(() => url() !== undefined, runtime, output);
    return url() ?? '';
  }
  return {
    pid,
    stack,
    stackFile,
    clientConfig: {
      endpoint: stack.awsEndpointUrl,
      region: stack.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    },
    logsDirectory: join(directory, 'logs'),
    output,
    usage: () => usageOf(pid),
    async heap() {
      const inspector = await openInspector(await inspectorUrl());
      return collectedHeap(inspector).finally(() => inspector.close());
    },
    inspector: async () => openInspector(await inspectorUrl()),
    quiet: () => quietPid(pid),
    async kill() {
      runtime.kill('SIGKILL');
      await ended;
    },
    async stop() {
      runtime.kill('SIGINT');
      await ended;
    },
  };
}
