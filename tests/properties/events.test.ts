import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import {
  createStoreFixture,
  type StoreFixture,
  type TableName,
} from '@device-lifecycle/test-kit/store-fixture.ts';
import { useEngine } from '@device-lifecycle/test-kit/use-store.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type StreamedWrite, toLifecycleEvent } from '../../shared/domain/events.ts';
import type { LifecycleEvent } from '../../shared/domain/lifecycle-event.ts';
import { expiredPurge } from '../../shared/domain/purge.ts';
import { isExpired } from '../../shared/domain/retention.ts';
import { Rejection } from '../../shared/errors.ts';
import { asDelivered, problemsOfEvent } from '../support/event-schema.ts';
import { aReceipt } from '../support/purges.ts';
import { readChanges } from '../support/table-changes.ts';
import { actionAt, lives, type Step } from './model/actions.ts';
import { perform } from './model/perform.ts';

const DEVICE_IDS = ['pump', 'valve', 'fan'];

/** How consumers get the events: in any order, and some of them again. */
const delivery = fc.record({
  shuffle: fc.infiniteStream(fc.nat()),
  again: fc.infiniteStream(fc.boolean()),
});

/** What comes next in a device's life, by what came last. */
const NEXT: Readonly<Record<LifecycleEvent['type'] | 'nothing', readonly LifecycleEvent['type'][]>> = {
  nothing: ['DeviceRegistered'],
  DeviceRegistered: ['DeviceUpdated', 'DeviceDecommissioned'],
  DeviceUpdated: ['DeviceUpdated', 'DeviceDecommissioned'],
  DeviceRestored: ['DeviceUpdated', 'DeviceDecommissioned'],
  DeviceDecommissioned: ['DeviceRestored', 'DevicePurged'],
  DevicePurged: [],
};

const engine = useEngine();

/** DynamoDB removes what has expired, and the service what is left of it. */
async function sweep(at: StoreFixture): Promise<void> {
  for (const deviceId of DEVICE_IDS) {
    const found = await at.store.readInvalidDevice(deviceId, at);
    if (found === undefined || !isExpired(found.record, at.clock())) continue;
    const key = { id: { S: deviceId } };
    await at.client.send(new DeleteItemCommand({ TableName: at.tables.invalidDevices, Key: key }));
    await at.store.recordPurge(expiredPurge(found.record, at.clock()), at);
  }
  for (const { purgeId } of await at.store.listPendingPurges('oldestFirst', 10, at)) {
    const remains = await at.store.readPurge(purgeId, at);
    if (remains === undefined) continue;
    await at.store.changePurge(remains, { lease: undefined, receipt: aReceipt() }, at);
  }
}

/** Plays the steps, a moment after each other; what the service refuses leaves no trace. */
async function play(at: StoreFixture, steps: readonly Step[]): Promise<void> {
  for (const [index, step] of steps.entries()) {
    at.clock.advance(step.passesMs + 1);
    await perform(at, actionAt({ ...step, latenessMs: 0 }, at.clock())).catch((error: unknown) => {
      if (!(error instanceof Rejection)) throw error;
    });
    if (index % 4 === 3) await sweep(at);
  }
  await sweep(at);
}

async function eventsOf(at: StoreFixture, table: TableName): Promise<readonly LifecycleEvent[]> {
  const changes = await readChanges(at.client, engine.endpoint, at.tables[table]);
  return changes.flatMap((change) => toLifecycleEvent(change as unknown as StreamedWrite) ?? []);
}

function deliver(
  events: readonly LifecycleEvent[],
  { shuffle, again }: { shuffle: Iterator<number>; again: Iterator<boolean> },
): readonly LifecycleEvent[] {
  const copies = events.flatMap((event) => (again.next().value === true ? [event, event] : [event]));
  return copies
    .map((event) => ({ event, at: Number(shuffle.next().value) }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ event }) => event);
}

/** As docs/events.md tells consumers to. */
function inOrder(delivered: readonly LifecycleEvent[], deviceId: string): readonly LifecycleEvent[] {
  const ofDevice = delivered.filter(({ detail }) => detail.deviceId === deviceId);
  const once = new Map(ofDevice.map((event) => [event.detail.id, event]));
  return [...once.values()].toSorted(
    ({ detail: one }, { detail: other }) =>
      one.registeredAt - other.registeredAt || one.sequence - other.sequence,
  );
}

/** One life after the other, each from its registration on, without a gap. */
function expectLegal(events: readonly LifecycleEvent[]): void {
  let before: LifecycleEvent | undefined;
  for (const event of events) {
    const isNewLife = event.detail.registeredAt !== before?.detail.registeredAt;
    if (isNewLife) expect([undefined, 'DevicePurged']).toContain(before?.type);
    const last = isNewLife ? undefined : before;
    expect(NEXT[last?.type ?? 'nothing']).toContain(event.type);
    const gap = event.detail.sequence - (last?.detail.sequence ?? 0);
    expect(gap).toBe(
      last === undefined || (last.detail.sequence % 2 === 0 && event.type === 'DeviceUpdated') ? 2 : 1,
    );
    before = event;
  }
}

/** The last event of a device says where it is now, and as what. */
async function expectUpToDate(at: StoreFixture, deviceId: string, last: LifecycleEvent | undefined) {
  const { device, invalidDevice } = await at.store.readBoth(deviceId, at);
  const expected = device?.record ?? invalidDevice?.record;
  if (expected === undefined) return expect([undefined, 'DevicePurged']).toContain(last?.type);
  expect(last?.type === 'DeviceDecommissioned').toBe(invalidDevice !== undefined);
  expect(last?.detail).toMatchObject({
    registeredAt: expected.registeredAt,
    device: { version: expected.version, serialNumber: expected.serialNumber },
  });
}

describe('the events of devices', () => {
  it('make a legal life, however they are delivered, once duplicates are dropped and the rest is sorted', async () => {
    await fc.assert(
      fc.asyncProperty(lives, delivery, async (steps, { shuffle, again }) => {
        const at = {
          ...(await createStoreFixture(engine.endpoint)),
          deadlineEpochMs: Number.POSITIVE_INFINITY,
        };
        await play(at, steps);
        const told = [...(await eventsOf(at, 'devices')), ...(await eventsOf(at, 'invalidDevices'))];
        const delivered = deliver(told, { shuffle, again });

        for (const event of told) expect(problemsOfEvent(asDelivered(event))).toEqual([]);
        for (const deviceId of DEVICE_IDS) {
          const events = inOrder(delivered, deviceId);
          expectLegal(events);
          await expectUpToDate(at, deviceId, events.at(-1));
        }
        at.client.destroy();
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
