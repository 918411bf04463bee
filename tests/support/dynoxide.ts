import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startEngine, type TableEngine } from './table-engine.ts';

const DYNOXIDE = fileURLToPath(new URL('../../node_modules/@dynoxide/linux-x64/dynoxide', import.meta.url));

/**
 * Starts dynoxide in memory.
 * @throws Error where there is no dynoxide: its binary comes for Linux on x64 alone
 */
export async function startDynoxide(): Promise<TableEngine> {
  if (!existsSync(DYNOXIDE)) {
    throw new Error(
      `There is no dynoxide for ${process.platform}-${process.arch}. Run the tests on linux-x64.`,
    );
  }
  return startEngine({
    name: 'dynoxide',
    startTimeoutMs: 10_000,
    command: (port) => [DYNOXIDE, 'serve', '--port', String(port)],
  });
}
