import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { RunningStack } from './laptop/stack.ts';

export interface RunningConsole {
  /** The link that it has printed. */
  readonly url: string;
  /** What it has said on standard error so far. */
  errors(): string;
  /** Ends it as Ctrl-C does, and resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Starts `devicectl console` as a process of its own, for a stack on the laptop. */
export async function startConsole(
  stack: Pick<RunningStack, 'stackFile'>,
  args: readonly string[] = [],
): Promise<RunningConsole> {
  const command = [
    'packages/devicectl/src/devicectl.mjs',
    'console',
    '--local',
    '--stack-file',
    stack.stackFile,
    '--json',
  ];
  const child = spawn(process.execPath, [...command, '--with-parent', ...args], {
    cwd: new URL('../../..', import.meta.url).pathname,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = (once(child, 'close') as Promise<[number | null]>).then(([code]) => code);
  const ready = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('\n')) resolve(JSON.parse(said).url);
    });
  });
  const url = await Promise.race([ready, ended]);
  if (typeof url !== 'string') throw new Error(`The console has ended with ${url}: ${errors}`);
  return {
    url,
    errors: () => errors,
    stop() {
      child.kill('SIGINT');
      return ended;
    },
  };
}
