import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { compilePattern } from '@device-lifecycle/local/event-pattern/compile-pattern.ts';
import { type PackagedTemplate, packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { createStoreFixture, type StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { useEngine } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { recordHeartbeat } from '../../shared/commands/record-heartbeat.ts';
import { recordPresence } from '../../shared/commands/record-presence.ts';
import type { Device, InvalidDevice } from '../../shared/domain/device.ts';
import { expiredPurge } from '../../shared/domain/purge.ts';
import type { Snapshot } from '../../shared/ports.ts';
import { aReceipt } from '../support/purges.ts';
import { createRequests } from '../support/requests.ts';
import { readStream } from '../support/table-changes.ts';

type Tables = 'devices' | 'invalidDevices';
type Requests = ReturnType<typeof createRequests>;

const DEVICE_ID = 'sensor-1';
const engine = useEngine();

describe('the streams that tell other systems of a device', () => {
  let template: PackagedTemplate;
  let mappings: readonly Record<string, unknown>[];
  let at: StoreFixture;
  let requests: Requests;
  let seen: Record<Tables, number>;

  beforeAll(async () => {
    template = await packagedTemplate();
    mappings = template
      .ofType('AWS::Lambda::EventSourceMapping')
      .map(({ properties }) => properties)
      .filter(({ FunctionName }) => String(FunctionName).endsWith('-publish-events'));
  });
  beforeEach(async () => {
    at = await createStoreFixture(engine.endpoint);
    requests = createRequests(at);
    seen = { devices: 0, invalidDevices: 0 };
  });

  const mappingOf = (table: Tables) => {
    const name = `table/device-lifecycle-dev-${table === 'devices' ? 'devices' : 'invalid-devices'}/`;
    return mappings.find(({ EventSourceArn }) => String(EventSourceArn).includes(name));
  };

  /** The ids of the items whose writes, since it was last asked, start the function. */
  async function started(table: Tables): Promise<readonly string[]> {
    const filters: { Pattern: string }[] = Object(mappingOf(table)?.['FilterCriteria']).Filters;
    const matchers = filters.map(({ Pattern }) => compilePattern(Pattern));
    const records = await readStream(at.client, engine.endpoint, at.tables[table]);
    const fresh = records.slice(seen[table]);
    seen[table] = records.length;
    return fresh
      .filter((record) => matchers.some((matches) => matches(record)))
      .map(({ dynamodb }) => Object(dynamodb).Keys.id.S);
  }
  const allStarted = async () => ({
    devices: await started('devices'),
    invalidDevices: await started('invalidDevices'),
  });

  const presence = { connected: true, sessionIdentifier: 'session', versionNumber: 1 };
  const heartbeat = () => recordHeartbeat({ deviceId: DEVICE_ID, lastSeenAt: at.clock() }, at);
  const connect = () =>
    recordPresence({ deviceId: DEVICE_ID, presence: { ...presence, at: at.clock() } }, at);
  const work = async (current: Snapshot<Device | InvalidDevice>) =>
    at.store.changeCredentials(
      current,
      { credentialsWork: { lease: { id: 'lease', until: 1 } }, credentials: 'pending' },
      at,
    );
  const remove = (table: Tables) =>
    at.client.send(new DeleteItemCommand({ TableName: at.tables[table], Key: { id: { S: DEVICE_ID } } }));
  const certificate = () =>
    requests.register({ requestId: 'register-2', certificateId: 'a'.repeat(64), correlationId: 'trace' });
  const decommissioned = async () => {
    await requests.register();
    await requests.decommission();
  };
  /** Notes what is left of the record, as when it has expired. */
  const note = async () => {
    const remains = expiredPurge((await at.invalidDevice(DEVICE_ID)).record, at.clock());
    await at.store.recordPurge(remains, at);
    return remains;
  };

  it('are those of both tables, with patience, and one reader beside it', () => {
    const [deadLetters] = template.stack.queues;
    const readers = template.ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties);
    for (const table of ['devices', 'invalidDevices'] as const) {
      const mapping = mappingOf(table);
      expect(mapping).toMatchObject({
        BatchSize: 100,
        StartingPosition: 'TRIM_HORIZON',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 15,
        DestinationConfig: { OnFailure: { Destination: deadLetters?.arn } },
      });
      const ofStream = readers.filter(({ EventSourceArn }) => EventSourceArn === mapping?.['EventSourceArn']);
      expect(ofStream).toHaveLength(2);
    }
    expect(mappings).toHaveLength(2);
  });

  it.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    ['a registration', async () => undefined, () => requests.register({ macAddress: '02005e100001' })],
    [
      'an update',
      () => requests.register(),
      () => requests.update({ name: 'a', serialNumber: 'SN-2', macAddress: '02005e100001' }),
    ],
    ['another certificate', () => requests.register(), certificate],
    [
      'an update after a heartbeat',
      async () => [await requests.register(), await heartbeat()],
      () => requests.update({ name: 'a' }),
    ],
    ['a restore', decommissioned, () => requests.restore()],
  ])('start it once for %s, and not for the guards', async (_, prepare, write) => {
    await prepare();
    await allStarted();
    await write();
    expect(await allStarted()).toEqual({ devices: [DEVICE_ID], invalidDevices: [] });
  });

  it('start it once for a decommissioning', async () => {
    await requests.register();
    await allStarted();
    await requests.decommission();
    expect(await allStarted()).toEqual({ devices: [], invalidDevices: [DEVICE_ID] });
  });

  it('start it once for a decommissioning over an expired record', async () => {
    await requests.register();
    await requests.decommission({ retentionDays: 1 / 86_400 });
    at.clock.advance(60_000);
    requests = createRequests(at);
    await requests.register({ requestId: 'register-2' });
    await allStarted();
    await requests.decommission({ requestId: 'decommission-2' });
    expect(await allStarted()).toEqual({ devices: [], invalidDevices: [DEVICE_ID] });
  });

  it('start it once for a receipt', async () => {
    await decommissioned();
    const remains = await note();
    const leased = await at.store.changePurge(remains, { lease: { id: 'lease', until: 1 } }, at);
    await allStarted();
    await at.store.changePurge(leased ?? remains, { lease: undefined, receipt: aReceipt() }, at);
    expect(await allStarted()).toEqual({ devices: [], invalidDevices: [remains.id] });
  });

  it.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    ['a heartbeat right after the registration', () => requests.register(), heartbeat],
    [
      'a heartbeat right after a restore',
      async () => [await decommissioned(), await requests.restore()],
      heartbeat,
    ],
    ['a connection', () => requests.register(), connect],
    ['work on its credentials', () => requests.register(), async () => work(await at.device(DEVICE_ID))],
    [
      'work on its credentials after it has left',
      decommissioned,
      async () => work(await at.invalidDevice(DEVICE_ID)),
    ],
    [
      'a heartbeat of a device that has left',
      decommissioned,
      () => expect(heartbeat()).rejects.toMatchObject({ name: 'DeviceDecommissioned' }),
    ],
    ['a hold', decommissioned, () => requests.hold()],
    [
      'a hold that is there already',
      async () => [await decommissioned(), await requests.hold()],
      () => requests.hold({ requestId: 'hold-2' }),
    ],
    ['a release', async () => [await decommissioned(), await requests.hold()], () => requests.release()],
    ['a record that expires', decommissioned, () => remove('invalidDevices')],
    ['what is left of it', decommissioned, note],
    ['a purge, before it is complete', decommissioned, () => requests.purge()],
  ])('do not start it for %s', async (_, prepare, write) => {
    await prepare();
    await allStarted();
    await write();
    expect(await allStarted()).toEqual({ devices: [], invalidDevices: [] });
  });
});
