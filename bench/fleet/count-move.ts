import { addCounts, type Counts } from '@device-lifecycle/operator/fleet/prices.ts';
import { makeFleet } from '@device-lifecycle/test-kit/fleet-devices.ts';
import {
  countsOfChildren,
  countsOfExecution,
  countsOfFunctions,
  countsOfUnits,
  perMillion,
} from './charged.ts';
import { startCountingProxy } from './counting-proxy.ts';
import { readFunctionUsage } from './function-reports.ts';
import { QUIET } from './runtime.ts';
import { openEngine, openRuntime, withParts } from './with-parts.ts';

/** Moves devices with nothing that follows, and counts what AWS would charge for a million. */
export async function countMove(devices: number): Promise<Counts> {
  return withParts(async (parts) => {
    const { url, seeded } = await openEngine(parts);
    await seeded.put(makeFleet('counted', devices));
    await seeded.enableStreams();
    const proxy = await startCountingProxy(url);
    parts.defer(() => proxy.stop());
    const { runtime, fleets } = await openRuntime(parts, proxy.url, { nodeArgs: QUIET });

    proxy.take();
    const run = await fleets.decommission({ fleet: 'counted', devices });
    const units = proxy.take();
    const used = (await readFunctionUsage(runtime.logsDirectory)).get('decommission-devices');
    if (used === undefined) throw new Error('The function decommission-devices has not run.');
    const charged = await fleets.chargedOf(run);
    const counts = addCounts(
      countsOfUnits(units),
      countsOfFunctions([used]),
      countsOfChildren(charged, used),
    );
    return addCounts(perMillion(counts, devices), countsOfExecution(charged));
  });
}
