import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeLog } from '../contracts.ts';
import { get } from '../listen.ts';
import { findDynoxide } from './dynoxide-binary.ts';
import { EngineError } from './engine-error.ts';
import { findFreePort } from './free-port.ts';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';

export interface EngineProcessOptions {
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
