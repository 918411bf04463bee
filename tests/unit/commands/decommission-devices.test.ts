import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  type DecommissionDevicesInput,
  decommissionDevices,
} from '../../../shared/commands/decommission-devices.ts';
import type { Device } from '../../../shared/domain/device.ts';
import { type DeviceOutcome, readRow } from '../../../shared/domain/fleet.ts';
import { Throttled } from '../../../shared/errors.ts';
import type { DeviceStore } from '../../../shared/ports.ts';
import { injectFaults } from '../../support/faults.ts';

const fixture = useStore();
const TTL = START / 1000 + 30 * 86_400;
const REQUEST = {
  reason: 'recall',
  requestedBy: 'operator',
  requestId: 'fleet-1',
  requestedAt: START,
  source: 'execution',
} as const;

describe('decommissionDevices', () => {
  const failures: [deviceId: string, error: string][] = [];
  beforeEach(async () => {
    failures.length = 0;
    for (const id of ['sensor-1', 'sensor-2', 'sensor-3']) {
      await fixture.at.store.register(aDevice({ id, certificateIds: ['c1', 'c2'] }), fixture.at);
    }
  });

  function decommission(
    devices: readonly unknown[],
    {
      store = fixture.at.store,
      ...changes
    }: Partial<DecommissionDevicesInput> & { store?: DeviceStore } = {},
  ): Promise<readonly DeviceOutcome[]> {
    return decommissionDevices(
      { ...REQUEST, rows: devices.map(readRow), ...changes },
      {
        store,
        clock: fixture.at.clock,
        deadlineEpochMs: fixture.at.deadlineEpochMs,
        retention: { defaultDays: 30, byType: {} },
        failed: (deviceId, { name }) => void failures.push([deviceId, name]),
      },
    );
  }
  const decommissionIds = (...ids: string[]) => decommission(ids.map((deviceId) => ({ deviceId })));
  const devices = (...ids: string[]) => Promise.all(ids.map((id) => fixture.at.read('devices', id)));

  /** A store whose moves of some devices are throttled up to the deadline. */
  const throttling = (isThrottled: (deviceId: string) => boolean): DeviceStore => ({
    ...fixture.at.store,
    decommission: async (current, ...rest) => {
      if (isThrottled(current.record.id)) throw new Throttled('for too long');
      return fixture.at.store.decommission(current, ...rest);
    },
  });

  it('moves every device, each in a transaction of its own', async () => {
    const calls: string[] = [];
    injectFaults(fixture.at.client, ({ commandName }) => void calls.push(commandName));

    const outcomes = await decommissionIds('sensor-1', 'sensor-2', 'sensor-3');

    expect(outcomes).toEqual(
      ['sensor-1', 'sensor-2', 'sensor-3'].map((deviceId) => ({
        deviceId,
        outcome: 'decommissioned',
        ttl: TTL,
      })),
    );
    expect(calls.toSorted()).toEqual([
      'BatchGetItemCommand',
      'TransactWriteItemsCommand',
      'TransactWriteItemsCommand',
      'TransactWriteItemsCommand',
    ]);
    expect(await devices('sensor-1', 'sensor-2', 'sensor-3')).toEqual([undefined, undefined, undefined]);
    const decommissioned = { requestId: 'fleet-1', reason: 'recall', source: 'execution' };
    expect(await fixture.at.read('invalidDevices', 'sensor-2')).toMatchObject({
      decommission: decommissioned,
    });
  });

  it('answers a batch that is repeated as the first time, and writes nothing', async () => {
    const first = await decommissionIds('sensor-1', 'nobody', 'sensor-2');
    fixture.at.clock.advance(5_000);
    const calls: string[] = [];
    injectFaults(fixture.at.client, ({ commandName }) => void calls.push(commandName));

    expect(await decommissionIds('sensor-1', 'nobody', 'sensor-2')).toEqual(first);
    expect(calls).not.toContain('TransactWriteItemsCommand');
  });

  it('tells another batch that its devices are decommissioned already', async () => {
    await decommissionIds('sensor-1');
    const [outcome] = await decommission([{ deviceId: 'sensor-1' }], { requestId: 'fleet-2' });
    expect(outcome).toEqual({ deviceId: 'sensor-1', outcome: 'alreadyDecommissioned', ttl: TTL });
  });

  it('works once on a device that is named twice, and says the same of both', async () => {
    const outcomes = await decommissionIds('sensor-1', 'sensor-2', 'sensor-1');
    expect(outcomes.map(({ deviceId }) => deviceId)).toEqual(['sensor-1', 'sensor-2', 'sensor-1']);
    expect(outcomes[2]).toEqual(outcomes[0]);
  });

  it('says of each malformed row what is wrong with it, and moves the others', async () => {
    const long = 'x'.repeat(200);
    const rows = [{}, { deviceId: '' }, { deviceId: 7 }, 'sensor-1', null, { deviceId: long }];
    const outcomes = await decommission([...rows, { deviceId: 'sensor-1', lot: '7' }]);

    expect(outcomes.map(({ deviceId }) => deviceId)).toEqual([
      '',
      '',
      '7',
      '',
      '',
      long.slice(0, 128),
      'sensor-1',
    ]);
    expect(outcomes.slice(0, -1)).toEqual(
      rows.map(() => expect.objectContaining({ outcome: 'failed', error: 'InvalidInput', retryable: false })),
    );
    expect(outcomes[5]).toHaveProperty('message', expect.stringMatching(/^deviceId: must be 1 to 128 of/));
    expect(outcomes.at(-1)).toHaveProperty('outcome', 'decommissioned');
  });

  it('keeps what stands in the way of one device from its neighbours', async () => {
    const ids = ['sensor-1', 'sensor-2', 'nobody', 'sensor-3'];
    const outcomes = await decommission(
      ids.map((deviceId) => ({ deviceId })),
      { store: throttling((deviceId) => deviceId === 'sensor-2') },
    );

    expect(outcomes).toMatchObject([
      { outcome: 'decommissioned' },
      { outcome: 'failed', error: 'Throttled', retryable: true },
      { outcome: 'failed', error: 'DeviceNotFound', retryable: false },
      { outcome: 'decommissioned' },
    ]);
    expect(failures).toEqual(
      expect.arrayContaining([
        ['nobody', 'DeviceNotFound'],
        ['sensor-2', 'Throttled'],
      ]),
    );
    expect(await devices('sensor-1', 'sensor-2', 'sensor-3')).toMatchObject([undefined, {}, undefined]);
  });

  it('fails as a whole when every device is throttled, so that it is tried again', async () => {
    const devices = ['sensor-1', 'sensor-2', '?'].map((deviceId) => ({ deviceId }));
    const batch = decommission(devices, { store: throttling(() => true) });
    await expect(batch).rejects.toMatchObject({ name: 'Throttled' });
  });

  it('takes an error that it does not know for the device’s own', async () => {
    injectFaults(fixture.at.client, ({ commandName, input }) =>
      commandName === 'TransactWriteItemsCommand' && JSON.stringify(input).includes('sensor-1')
        ? { when: 'before', error: Object.assign(new Error('too large'), { name: 'ValidationException' }) }
        : undefined,
    );
    expect(await decommissionIds('sensor-1', 'sensor-2')).toMatchObject([
      { outcome: 'failed', error: 'ValidationException', message: 'too large', retryable: false },
      { outcome: 'decommissioned' },
    ]);
  });

  /** Reads ahead before `happens`, which nobody hears of. */
  const staleAfter = (happens: () => Promise<unknown>): DeviceStore => ({
    ...fixture.at.store,
    readDevices: async (ids, timing) => {
      const ahead = await fixture.at.store.readDevices(ids, timing);
      await happens();
      return ahead;
    },
  });
  const rows = [{ deviceId: 'sensor-1' }];

  it('loses nothing that was written after it had read ahead', async () => {
    const store = staleAfter(() =>
      fixture.at.store.recordHeartbeat('sensor-1', START + 1, { ...fixture.at, clock: fixture.at.clock }),
    );
    expect(await decommission(rows, { store })).toMatchObject([{ outcome: 'decommissioned' }]);
    expect(await fixture.at.read('invalidDevices', 'sensor-1')).toMatchObject({ lastSeenAt: START + 1 });
  });

  it('finds a device that has left since it had read ahead', async () => {
    const store = staleAfter(() => fixture.at.decommission('sensor-1', { ttlInSeconds: 60 }));
    expect(await decommission(rows, { store })).toMatchObject([
      { outcome: 'alreadyDecommissioned', ttl: START / 1000 + 60 },
    ]);
  });

  it('finds a device that was not there yet when it had read ahead', async () => {
    const store = staleAfter(() => fixture.at.store.register(aDevice({ id: 'late' }), fixture.at));
    expect(await decommission([{ deviceId: 'late' }], { store })).toMatchObject([
      { outcome: 'decommissioned' },
    ]);
  });

  it('refuses nothing because of an old record', async () => {
    const old = await fixture.at.device('sensor-1');
    const record: Device = { ...old.record, registeredAt: START + 1 };
    const store = {
      ...fixture.at.store,
      readDevices: async () => new Map([['sensor-1', { ...old, record }]]),
    };
    expect(await decommission(rows, { store })).toMatchObject([{ outcome: 'decommissioned' }]);
  });

  it('refuses what was asked for before the device was registered', async () => {
    const [outcome] = await decommission(rows, { requestedAt: START - 1 });
    expect(outcome).toMatchObject({ outcome: 'failed', error: 'StaleRequest', retryable: false });
  });

  it('keeps records without end under legal hold', async () => {
    expect(await decommission(rows, { legalHold: true })).toEqual([
      { deviceId: 'sensor-1', outcome: 'decommissioned' },
    ]);
  });

  it('costs seven write units a device: the record, its place in the index, its removal and its guard', async () => {
    let units = 0;
    fixture.at.client.middlewareStack.add(
      (next) => async (args) => {
        const input = Object(args.input);
        if (input.TransactItems?.[0]?.Put !== undefined) input.ReturnConsumedCapacity = 'INDEXES';
        const answer = await next(args);
        for (const { WriteCapacityUnits = 0, CapacityUnits } of Object(answer.output).ConsumedCapacity ??
          []) {
          units += WriteCapacityUnits || CapacityUnits;
        }
        return answer;
      },
      { step: 'initialize' },
    );
    await decommissionIds('sensor-1');
    expect(units).toBe(7);
  });

  describe('as a dry run', () => {
    const dryRun = true;

    it('says what would happen, and writes nothing', async () => {
      await fixture.at.decommission('sensor-3', { ttlInSeconds: 60 });
      const calls: string[] = [];
      injectFaults(fixture.at.client, ({ commandName }) => void calls.push(commandName));
      const ids = ['sensor-1', 'sensor-3', 'nobody', '?'];

      const outcomes = await decommission(
        ids.map((deviceId) => ({ deviceId })),
        { dryRun },
      );

      expect(outcomes).toEqual([
        { deviceId: 'sensor-1', outcome: 'wouldDecommission', certificates: 2 },
        { deviceId: 'sensor-3', outcome: 'alreadyDecommissioned', certificates: 0 },
        expect.objectContaining({ deviceId: 'nobody', outcome: 'failed', error: 'DeviceNotFound' }),
        expect.objectContaining({ deviceId: '?', outcome: 'failed', error: 'InvalidInput' }),
      ]);
      expect(new Set(calls)).toEqual(new Set(['BatchGetItemCommand', 'TransactGetItemsCommand']));
    });

    it('foresees what would be refused', async () => {
      await fixture.at.decommission('sensor-3', { ttlInSeconds: 60 });
      expect(await decommission([{ deviceId: 'sensor-3' }], { dryRun, legalHold: true })).toMatchObject([
        { error: 'AlreadyDecommissioned' },
      ]);
      expect(await decommission(rows, { dryRun, requestedAt: START - 1 })).toMatchObject([
        { error: 'StaleRequest' },
      ]);
    });

    it('finds a device that came back since it had read ahead', async () => {
      const store = staleAfter(() => fixture.at.store.register(aDevice({ id: 'late' }), fixture.at));
      expect(await decommission([{ deviceId: 'late' }], { store, dryRun })).toMatchObject([
        { outcome: 'wouldDecommission' },
      ]);
    });
  });
});
