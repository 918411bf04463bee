import type { RuntimeLog } from '../contracts.ts';
import { type Engine, startDynoxide } from './dynoxide.ts';

export interface OpenEngineOptions {
  /** Of an engine that is there. */
  readonly url: string | undefined;
  /** The file that the built-in engine keeps its tables in. */
  readonly dbPath: string | undefined;
  readonly log: RuntimeLog;
}

/** The engine that was asked for, or the one that comes with the package. Throws `EngineError`. */
export async function openEngine({ url, dbPath, log }: OpenEngineOptions): Promise<Engine> {
  if (url === undefined) return startDynoxide({ log, ...(dbPath !== undefined && { dbPath }) });
  const exited = new Promise<string>(() => undefined);
  return { url, close: async () => undefined, exited, available: async () => undefined };
}
