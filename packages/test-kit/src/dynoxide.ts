import { startDynoxide as startEngine } from '@device-lifecycle/local/engine/dynoxide.ts';
import type { TableEngine } from './table-engine.ts';

const log = {
  info: () => undefined,
  warn: (message: string) => process.emitWarning(message),
  error: (message: string) => process.emitWarning(message),
};

/**
 * Starts dynoxide with empty tables.
 * @throws Error where there is no dynoxide: its binary comes for Linux on x64 alone
 */
export async function startDynoxide(): Promise<TableEngine> {
  const engine = await startEngine({ log });
  return { endpoint: engine.url, stop: () => engine.close() };
}
