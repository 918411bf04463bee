import { startDynoxide } from '@device-lifecycle/local/engine/dynoxide.ts';
import { createSeededTables, type SeededTables } from '@device-lifecycle/test-kit/fleet-tables.ts';
import { createFleets, type Fleets } from './fleets.ts';
import { type FleetRuntime, type RuntimeOptions, startRuntime } from './runtime.ts';

const log = { info: () => undefined, warn: console.warn, error: console.error };

/** Does the work, and then ends the parts that it has deferred, the last one first, also when it has failed. */
export async function withParts<Result>(
  work: (parts: AsyncDisposableStack) => Promise<Result>,
): Promise<Result> {
  const parts = new AsyncDisposableStack();
  try {
    return await work(parts);
  } finally {
    await parts.disposeAsync();
  }
}

/** An engine of its own, with the template's tables. */
export async function openEngine(
  parts: AsyncDisposableStack,
): Promise<{ readonly url: string; readonly seeded: SeededTables }> {
  const engine = await startDynoxide({ log });
  parts.defer(() => engine.close());
  return { url: engine.url, seeded: await createSeededTables(engine.url) };
}

/** A runtime on an engine. */
export async function openRuntime(
  parts: AsyncDisposableStack,
  engineUrl: string,
  options: RuntimeOptions = {},
): Promise<{ readonly runtime: FleetRuntime; readonly fleets: Fleets }> {
  const runtime = await startRuntime({ ...options, args: ['--dynamodb', engineUrl] });
  parts.defer(() => runtime.stop());
  const fleets = createFleets(runtime);
  parts.defer(() => fleets.close());
  return { runtime, fleets };
}
