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
