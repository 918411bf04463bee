import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StackFile } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { type ProcessUsage, usageOf } from './processes.ts';

/** What a thread of a process holds once garbage is collected. */
export interface Heap {
  readonly usedBytes: number;
  /** Buffers, outside of the heap. */
  readonly externalBytes: number;
}

export interface Heaps {
  readonly main: Heap;
  /** By the worker's name. Functions' environments are workers that are named after the function. */
  readonly workers: readonly (Heap & { readonly title: string })[];
  /** Of the whole process. */
  readonly rssBytes: number;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

export type Send = (method: string, params?: object) => Promise<Readonly<Record<string, unknown>>>;

/** One session of the inspector's protocol: with the process, or through it with one of its workers. */
class Session {
  readonly #waiting = new Map<number, PromiseWithResolvers<Readonly<Record<string, unknown>>>>();
  readonly #post: (text: string) => void;
  #lastId = 0;

  constructor(post: (text: string) => void) {
    this.#post = post;
  }

  readonly send: Send = (method, params = {}) => {
    this.#lastId += 1;
    const answer = Promise.withResolvers<Readonly<Record<string, unknown>>>();
    this.#waiting.set(this.#lastId, answer);
    this.#post(JSON.stringify({ id: this.#lastId, method, params }));
    return answer.promise;
  };

  receive({ id = 0, result = {}, error }: Message): void {
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) answer?.resolve(result);
    else answer?.reject(new Error(error.message));
  }
}

async function measure(send: Send): Promise<Heap & { readonly rssBytes: number }> {
  // The first collection runs finalizers, and the second collects what they have let go.
  await send('HeapProfiler.collectGarbage');
  await send('HeapProfiler.collectGarbage');
  const { result } = await send('Runtime.evaluate', {
    expression: 'process.memoryUsage()',
    returnByValue: true,
  });
  const { heapUsed, external, rss } = Object(Object(result).value);
  return { usedBytes: heapUsed, externalBytes: external, rssBytes: rss };
}

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  const opened = Promise.withResolvers<void>();
  socket.addEventListener('open', () => opened.resolve());
  socket.addEventListener('error', () =>
    opened.reject(new Error(`The inspector at ${url} does not answer.`)),
  );
  await opened.promise;
  return socket;
}

/** A thread of a process, and how to talk to its inspector. */
export interface Thread {
  /** The worker's name; `main`. */
  readonly title: string;
  readonly send: Send;
}

export interface Inspector {
  /** Those that there are now, the main one first. */
  threads(): readonly Thread[];
  close(): void;
}

/**
 * Connects to the inspector of a Node.js process, and through it to its workers.
 * @param url of the process's inspector (`ws:`)
 * @see https://chromedevtools.github.io/devtools-protocol/v8/, and NodeWorker in Node.js's node_protocol.pdl
 */
export async function openInspector(url: string): Promise<Inspector> {
  const socket = await connect(url);
  const main = new Session((text) => socket.send(text));
  const workers = new Map<string, { readonly title: string; readonly session: Session }>();
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    const { sessionId, workerInfo, message: inner } = Object(message.params);
    if (message.method === 'NodeWorker.attachedToWorker') {
      const post = (text: string) => {
        void main.send('NodeWorker.sendMessageToWorker', { sessionId, message: text });
      };
      workers.set(sessionId, { title: workerInfo.title, session: new Session(post) });
    } else if (message.method === 'NodeWorker.detachedFromWorker') {
      workers.delete(sessionId);
    } else if (message.method === 'NodeWorker.receivedMessageFromWorker') {
      workers.get(sessionId)?.session.receive(JSON.parse(inner));
    } else main.receive(message);
  });
  await main.send('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return {
    threads: () => [
      { title: 'main', send: main.send },
      ...[...workers.values()].map(({ title, session }) => ({ title, send: session.send })),
    ],
    close: () => socket.close(),
  };
}

/**
 * Collects the garbage of a Node.js process and of its workers, and tells what is left.
 * @param url of the process's inspector (`ws:`)
 */
export async function measureHeaps(url: string): Promise<Heaps> {
  const inspector = await openInspector(url);
  try {
    const [main, ...workers] = inspector.threads();
    if (main === undefined) throw new Error('A process has a main thread.');
    const ofWorkers = [];
    for (const { title, send } of workers) ofWorkers.push({ title, ...(await measure(send)) });
    const { rssBytes, ...heap } = await measure(main.send);
    return { main: heap, workers: ofWorkers, rssBytes };
  } finally {
    inspector.close();
  }
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
  heaps(): Promise<Heaps>;
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
    heaps: async () => measureHeaps(await inspectorUrl()),
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
