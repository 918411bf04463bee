import { IoTClient, ListCertificatesCommand } from '@aws-sdk/client-iot';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import type { StoredRecord, TableReader, Tables } from '@device-lifecycle/test-kit/laptop/tables.ts';
import type { Sample } from './samples.ts';
import { deviceIdOf, type Gone, type Slot } from './slots.ts';
import { serialNumberOf } from './steps.ts';
import type { Run } from './verdicts.ts';
import type { World } from './world.ts';

/** Of AWS IoT, by certificate id; a certificate that is not there has none. */
type CertificateStatuses = ReadonlyMap<string, string>;

/** What the tables hold of a device. */
interface Found {
  readonly device: StoredRecord | undefined;
  readonly invalid: StoredRecord | undefined;
  readonly guard: StoredRecord | undefined;
}

type Complaint = readonly [isWrong: boolean, what: string];

function checkActive({ updates }: Slot, { device, invalid, guard }: Found): Complaint[] {
  return [
    [device === undefined, 'is in service, and not in the table of devices'],
    [invalid !== undefined, 'is in service, and in the table of invalid devices'],
    [
      device !== undefined && Object(device['attributes']).n !== updates,
      `has had ${updates} updates accepted, and its record says ${Object(device?.['attributes']).n}`,
    ],
    [guard?.['ttl'] !== undefined, 'is in service, and its serial number expires'],
  ];
}

function checkDecommissioned({ ttl, isHeld }: Slot, { device, invalid, guard }: Found): Complaint[] {
  const expected = isHeld ? undefined : ttl;
  return [
    [device !== undefined, 'is out of service, and in the table of devices'],
    [invalid === undefined, 'is out of service, and not in the table of invalid devices'],
    [
      invalid !== undefined && invalid['ttl'] !== expected,
      `was told to be kept until ${expected}, and is until ${String(invalid?.['ttl'])}`,
    ],
    [
      guard !== undefined && guard['ttl'] !== expected,
      `is kept until ${expected}, and its serial number until ${String(guard?.['ttl'])}`,
    ],
  ];
}

function checkSlot(slot: Slot, found: Found): Complaint[] {
  const ofAll: Complaint = [
    found.guard?.['deviceId'] !== deviceIdOf(slot),
    `has a serial number that belongs to ${String(found.guard?.['deviceId'])}`,
  ];
  switch (slot.standing) {
    case 'active':
      return [...checkActive(slot, found), ofAll];
    case 'decommissioned':
      return [...checkDecommissioned(slot, found), ofAll];
    case 'unknown':
      return [
        [
          (found.device === undefined) === (found.invalid === undefined),
          'is not in one of the tables, but in both or none',
        ],
      ];
    case 'absent':
      return checkGone(found);
  }
}

const checkGone = ({ device, invalid, guard }: Found): Complaint[] => [
  [device !== undefined, 'is gone, and in the table of devices'],
  [invalid !== undefined, 'is gone, and in the table of invalid devices'],
  [guard !== undefined, 'is gone, and its serial number is taken'],
];

/** What is not as the devices and operators know it, in one sentence each. */
export function checkTables(tables: Tables, slots: readonly Slot[], gone: readonly Gone[]): string[] {
  const byId = (records: readonly StoredRecord[]) => new Map(records.map((record) => [record.id, record]));
  const [devices, invalids, guards] = [tables.devices, tables.invalidDevices, tables.guards].map(byId);
  const find = (deviceId: string): Found => ({
    device: devices?.get(deviceId),
    invalid: invalids?.get(deviceId),
    guard: guards?.get(`serialNumber#${serialNumberOf(deviceId)}`),
  });
  const known = new Set(slots.map(deviceIdOf));
  const strangers = [...tables.devices, ...tables.invalidDevices].filter(({ id }) => !known.has(id));
  const checks = [
    ...slots.map((slot) => [deviceIdOf(slot), checkSlot(slot, find(deviceIdOf(slot)))] as const),
    ...gone.map(({ deviceId }) => [deviceId, checkGone(find(deviceId))] as const),
    ...strangers.map(
      ({ id }) => [id, [[true, 'is in the tables, and nobody knows it']] as Complaint[]] as const,
    ),
  ];
  return checks.flatMap(([deviceId, complaints]) =>
    complaints.filter(([isWrong]) => isWrong).map(([, what]) => `${deviceId} ${what}`),
  );
}

/** Whose access is not as their standing: nobody in who should not be, and nobody out. */
function checkAccess(statuses: CertificateStatuses, slots: readonly Slot[], gone: readonly Gone[]): string[] {
  const statusOf = (certificateId = '') => statuses.get(certificateId);
  const wrong = slots.flatMap((slot) => {
    const status = statusOf(slot.identity?.certificateId);
    const isAsItShould =
      slot.standing === 'active'
        ? status === 'ACTIVE'
        : slot.standing !== 'decommissioned' || status === 'INACTIVE';
    return isAsItShould ? [] : [`${deviceIdOf(slot)} is ${slot.standing}, and its certificate ${status}`];
  });
  const left = gone
    .filter(({ certificateId }) => statusOf(certificateId) !== undefined)
    .map(
      ({ deviceId, certificateId }) => `${deviceId} is gone, and its certificate ${statusOf(certificateId)}`,
    );
  return [...wrong, ...left];
}

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
