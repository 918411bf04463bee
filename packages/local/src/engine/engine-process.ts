import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeLog } from '../contracts.ts';
import { get } from '../listen.ts';
import { EngineError } from './dynamodb-call.ts';

const PACKAGE = '@dynoxide/linux-x64';

const INSTEAD =
  'start DynamoDB Local (with Java 17, or the Docker image amazon/dynamodb-local) and give its address with --dynamodb URL';

/** The path of dynoxide's executable. Throws {@link EngineError} where there is none. */
export function findDynoxide(platform: string = process.platform, arch: string = process.arch): string {
  if (platform !== 'linux' || arch !== 'x64') {
    throw new EngineError(
      `The table engine dynoxide comes for linux-x64, and this is ${platform}-${arch}: ${INSTEAD}.`,
    );
  }
  try {
    const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    const binary = join(dirname(manifest), 'dynoxide');
    accessSync(binary, constants.X_OK);
    return binary;
  } catch (cause) {
    throw new EngineError(`The package ${PACKAGE} is not installed: run \`npm ci\`, or ${INSTEAD}.`, {
      cause,
    });
  }
}

/** A port of the loopback interface that is free now; another process may take it before it is used. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}

/** A process that cannot outlive this one. */
interface GuardedProcess {
  /** What it has written so far, to both streams. */
  output(): string;
  /** Calls back with every change of the output. */
  onOutput(listener: () => void): void;
  readonly hasExited: boolean;
  /** Resolves with its exit code once it is gone; 128 and more for a signal. */
  readonly exited: Promise<number>;
  /** Ends it, in the end by force. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends it as `kill -9` does. */
  kill(): void;
}

/**
 * Runs the program in the background and ends it when this shell's input ends: when this process stops it, and
 * when this process is gone, however it went, since the system then closes the pipe.
 */
const GUARD = [
  'exec 3<&0',
  '"$@" 3<&- </dev/null & program=$!',
  '{ cat <&3 >/dev/null; kill "$program"; } 2>/dev/null &',
  'exec 3<&- >/dev/null 2>&1', // whatever it says itself must not end it once nobody listens
  'wait "$program"',
].join('\n');

const STOP_TIMEOUT_MS = 3_000;

/** Starts a program in a process group of its own, so that an interrupt in the terminal reaches this process alone. */
function startGuarded(program: string, args: readonly string[]): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', program, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  const listeners: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      for (const listener of listeners) listener();
    });
  }
  let hasExited = false;
  // The guard may be gone a moment before the program, which holds its output until it is gone as well.
  const closed = once(child, 'close');
  const exited = exitOf(child).then(async (code) => {
    hasExited = true;
    killGroup(child);
    await closed;
    return code;
  });
  return {
    output: () => Buffer.concat(chunks).toString('utf8').trim(),
    onOutput: (listener) => listeners.push(listener),
    get hasExited() {
      return hasExited;
    },
    exited,
    stop: async () => {
      child.stdin.end();
      const timer = new AbortController();
      const byForce = delay(STOP_TIMEOUT_MS, undefined, { signal: timer.signal }).then(
        () => killGroup(child),
        () => undefined, // gone in time
      );
      await exited;
      timer.abort();
      await byForce;
    },
    kill: () => killGroup(child),
  };
}

async function exitOf(child: ChildProcess): Promise<number> {
  const [code]: (number | null)[] = await once(child, 'exit');
  return code ?? 128;
}

/** What is left of the group: the guard's reader, or the program when it does not end by itself. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (Object(error).code !== 'ESRCH') throw error;
  }
}

interface EngineProcessOptions {
  /** What keeps the tables. */
  readonly file: string;
  /** Any free one when absent. */
  readonly port?: number;
  readonly log: RuntimeLog;
}

/** A process of the table engine, which answers. */
export interface EngineProcess extends Pick<GuardedProcess, 'stop' | 'kill'> {
  readonly port: number;
  /** Resolves when it is gone, with a sentence that says how. */
  readonly exited: Promise<string>;
}

/** Another process may take a free port before the engine does; that often is bad luck no more. */
const ATTEMPTS = 3;
/** The system may need a moment until a port that was just given up can be taken again. */
const NEXT_ATTEMPT_MS = 50;

const READY_TIMEOUT_MS = 10_000;
const PROBE_INTERVAL_MS = 5;

/** What the engine says once it has its port. A probe alone might reach somebody else who was quicker to take it. */
const LISTENING = /listening on /i;

/**
 * Starts the table engine on the loopback interface; it answers when this resolves. It ends with this process in any
 * case. Throws {@link EngineError}.
 */
export async function startEngineProcess({ file, port, log }: EngineProcessOptions): Promise<EngineProcess> {
  const binary = findDynoxide();
  let output = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const triedPort = port ?? (await findFreePort());
    const child = startGuarded(binary, ['--port', String(triedPort), '--db-path', file]);
    if (await becomesReady(child, `http://127.0.0.1:${triedPort}`)) {
      return {
        port: triedPort,
        stop: child.stop,
        kill: child.kill,
        exited: child.exited.then((code) => farewell(code, child)),
      };
    }
    await child.stop();
    output = child.output();
    log.warn(`the table engine did not start on port ${triedPort}: ${output}`);
    if (port !== undefined) await delay(NEXT_ATTEMPT_MS);
  }
  throw new EngineError(
    `The table engine dynoxide did not start with ${file}: ${output === '' ? 'it said nothing' : output}`,
  );
}

function farewell(code: number, child: GuardedProcess): string {
  return `the table engine ended with exit code ${code}: ${child.output()}`;
}

async function becomesReady(child: GuardedProcess, url: string): Promise<boolean> {
  const listening = new Promise<void>((resolve) => {
    child.onOutput(() => {
      if (LISTENING.test(child.output())) resolve();
    });
  });
  const timer = new AbortController();
  const timeout = delay(READY_TIMEOUT_MS, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([listening, child.exited, timeout]);
  timer.abort();
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!child.hasExited && LISTENING.test(child.output()) && Date.now() < deadline) {
    if (await answers(url)) return !child.hasExited;
    await delay(PROBE_INTERVAL_MS);
  }
  return false;
}

/** Any answer will do: the engine answers a bare GET with an error of its own. */
async function answers(url: string): Promise<boolean> {
  try {
    const [answer] = (await once(get(url), 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
    return true;
  } catch {
    return false;
  }
}
