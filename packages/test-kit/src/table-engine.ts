import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '@device-lifecycle/local/engine/engine-process.ts';

/** A DynamoDB engine that tests run against. */
export interface TableEngine {
  readonly endpoint: string;
  /** Resolves when its process is gone. */
  stop(): Promise<void>;
}

interface EngineProgram {
  readonly name: string;
  readonly startTimeoutMs: number;
  /** Where it may leave files. */
  readonly directory?: string;
  readonly command: (port: number) => readonly [program: string, ...args: string[]];
}

const ATTEMPTS = 3;

/** Any HTTP answer will do: the engines answer a bare GET with an error of their own. */
async function isListening(endpoint: string): Promise<boolean> {
  try {
    await (await fetch(endpoint, { signal: AbortSignal.timeout(1_000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function tryToStart(program: EngineProgram): Promise<TableEngine | string> {
  const port = await findFreePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const [file, ...args] = program.command(port);
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: program.directory });
  let failure = '';
  child.stderr.on('data', (chunk: Buffer) => {
    failure += chunk.toString();
  });
  child.on('error', (error) => {
    failure += error.message;
  });
  const deadline = Date.now() + program.startTimeoutMs;
  while (Date.now() < deadline && child.exitCode === null && child.pid !== undefined) {
    if (await isListening(endpoint)) return { endpoint, stop: () => stopProcess(child) };
    await delay(20);
  }
  await stopProcess(child);
  return failure;
}

/**
 * Starts an engine on a free port; another port is tried when somebody else is quicker to take it.
 * @throws Error with what the engine said when it does not come up
 */
export async function startEngine(program: EngineProgram): Promise<TableEngine> {
  let failure = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const result = await tryToStart(program);
    if (typeof result !== 'string') return result;
    failure = result;
  }
  throw new Error(`${program.name} did not start: ${failure.trim() || 'it said nothing'}`);
}
