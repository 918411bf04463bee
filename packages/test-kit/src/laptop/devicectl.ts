import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import type { RunningStack } from './stack.ts';

const TOOL = new URL('../../../devicectl/src/devicectl.mjs', import.meta.url).pathname;
const NODE_COMPILE_CACHE = new URL('../../../../.local/compile-cache', import.meta.url).pathname;

interface ToolEnd {
  readonly exitCode: number | null;
  /** What it has printed, and what it has said beside. */
  readonly printed: string;
}

/** Runs the operators' tool on the stack, in the directory of the stack file, as in a terminal without colours. */
export async function devicectl({ stackFile }: RunningStack, args: readonly string[]): Promise<ToolEnd> {
  const tool = spawn(process.execPath, [TOOL, ...args, '--local', '--stack-file', stackFile], {
    cwd: dirname(stackFile),
    // What Node keeps of the tool for its next start stays in the project.
    env: { ...process.env, NODE_COMPILE_CACHE },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => tool.kill();
  process.once('exit', end);
  const [said, printed, [exitCode]] = await Promise.all([
    text(tool.stderr),
    text(tool.stdout),
    once(tool, 'close') as Promise<[number | null]>,
  ]);
  process.off('exit', end);
  return { exitCode, printed: `${said}${printed}`.trim() };
}
