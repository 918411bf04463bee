import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeLog } from '../contracts.ts';
import { findDynoxide } from './dynoxide-binary.ts';
import { EngineError } from './engine-error.ts';
import { findFreePort } from './free-port.ts';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';
import { makeScratchDirectory } from './scratch-directory.ts';
import { indexStreams } from './stream-index.ts';

export interface DynoxideOptions {
  /** The file that keeps the tables; without it they are gone with the engine. */
  readonly dbPath?: string;
  readonly log: RuntimeLog;
}

export interface Engine {
  /** Without a slash at the end. */
  readonly url: string;
  /** Ends the engine. Resolves when its process is gone. */
  close(): Promise<void>;
  /** Resolves when its process is gone, with a sentence that says how, also when nobody closed it. */
  readonly exited: Promise<string>;
}

/** Another process may take a free port before the engine does; that often is bad luck no more. */
const ATTEMPTS = 3;

const READY_TIMEOUT_MS = 10_000;
const PROBE_INTERVAL_MS = 5;

/** What the engine says once it has its port. A probe alone might reach somebody else who was quicker to take it. */
const LISTENING = /listening on /i;

/**
 * Starts the table engine on a free port of the loopback interface; ready when it resolves. It ends with this
 * process in any case. Throws {@link EngineError}.
 */
export async function startDynoxide({ dbPath, log }: DynoxideOptions): Promise<Engine> {
  const binary = findDynoxide();
  let output = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const port = await findFreePort();
    const scratch = dbPath === undefined ? makeScratchDirectory() : '';
    const file = dbPath ?? join(scratch, 'tables.db');
    const child = startGuarded(binary, ['--port', String(port), '--db-path', file], scratch);
    const url = `http://127.0.0.1:${port}`;
    if (await becomesReady(child, url)) {
      indexStreams(file, log);
      return { url, close: () => child.stop(), exited: child.exited.then((code) => farewell(code, child)) };
    }
    await child.stop();
    output = child.output();
    log.warn(`the table engine did not start on port ${port}: ${output}`);
  }
  throw new EngineError(
    `The table engine dynoxide did not start${dbPath === undefined ? '' : ` with ${dbPath}`}: ${output === '' ? 'it said nothing' : output}`,
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
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
