import { IoTClient, ListCertificatesCommand } from '@aws-sdk/client-iot';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import type { TableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { checkAccess, checkTables } from './check-tables.ts';
import type { Sample } from './samples.ts';
import { deviceIdOf } from './slots.ts';
import type { Run } from './verdicts.ts';
import type { World } from './world.ts';

/** Of all certificates that there are. */
async function readCertificates({ clientConfig }: RunningStack): Promise<Map<string, string>> {
  const iot = new IoTClient({ ...clientConfig, maxAttempts: 10 });
  const statuses = new Map<string, string>();
  try {
    let marker: string | undefined;
    do {
      const page = await iot.send(
        new ListCertificatesCommand({ pageSize: 250, ...(marker !== undefined && { marker }) }),
      );
      for (const { certificateId = '', status = '' } of page.certificates ?? [])
        statuses.set(certificateId, status);
      marker = page.nextMarker;
    } while (marker !== undefined);
    return statuses;
  } finally {
    iot.destroy();
  }
}

/** What the check finds; a stack that cannot be asked any more is found too. */
async function complaints(what: string, check: () => Promise<string[]>): Promise<string[]> {
  try {
    return await check();
  } catch (error) {
    return [`${what} cannot be read: ${error instanceof Error ? error.message : error}`];
  }
}

/** Compares what there is with what devices and operators know. */
export async function inspect(world: World, tables: TableReader, samples: readonly Sample[]): Promise<Run> {
  const { stack, slots, gone, ledger, surprises } = world;
  return {
    samples,
    counts: ledger.counts(),
    open: ledger.openMessages(),
    tables: await complaints('tables', async () => checkTables(await tables.read(), slots, gone)),
    access: await complaints('certificates', async () =>
      checkAccess(await readCertificates(stack), slots, gone),
    ),
    unknown: slots
      .filter(({ standing }) => standing === 'unknown')
      .map((slot) => `nobody knows where ${deviceIdOf(slot)} is`),
    surprises,
  };
}
