import { START } from '@device-lifecycle/test-kit/clock.ts';
import { createRandom } from '@device-lifecycle/test-kit/random.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { createStoreFixture, type StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { scanTable } from '@device-lifecycle/test-kit/tables.ts';
import { useEngine } from '@device-lifecycle/test-kit/use-store.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reconcilePurges } from '../../shared/commands/reconcile-purges.ts';
import { readStream } from '../support/table-changes.ts';
import { certificateIdOf, deviceIdOf, expireFleet, intoShards, putFleet } from './fleet/expiring-fleet.ts';
import { readShard } from './fleet/shard-reader.ts';
import { createSimulatedClock } from './fleet/simulated-clock.ts';
import { createRecorder, createTeller } from './fleet/stream-functions.ts';
import {
  createThrottledIot,
  largestBurst,
  mostInASecond,
  type RemainsOperation,
} from './fleet/throttled-iot.ts';
import { Killed, mortal, patient } from './mortal.ts';

/** `npm run test:soak` has ten thousand. */
const DEVICES = Number(process.env['FLEET_DEVICES'] ?? 400);
const HOUR_MS = 3_600_000;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
const STREAM_RETENTION_MS = 24 * HOUR_MS;
/** So slow that the fleet takes an hour longer than the stream remembers. */
const SET_RATE = (DEVICES / (STREAM_RETENTION_MS + HOUR_MS)) * 1000;
/** What is kept to the set rate; each of the other operations follows one of these. */
const PACED = new Set<RemainsOperation>([
  'listPrincipals',
  'describeCertificate',
  'revokeCertificate',
  'detachCertificate',
  'deleteCertificate',
]);
/** AWS IoT's default for these operations: https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html */
const QUOTA_PER_SECOND = 10;
/** The longest that Lambda lets a function run. */
const RUN_MS = 15 * 60_000;
const SHARDS = 4;
const CONSUMER_KILLS = 10;

const indexes = Array.from({ length: DEVICES }, (_, index) => index);
const engine = useEngine();

describe(`${DEVICES} devices that expire in the same second (TEST_SEED=${TEST_SEED})`, () => {
  const random = createRandom(TEST_SEED);
  const clock = createSimulatedClock(START);
  const iot = createThrottledIot({
    devices: DEVICES,
    clock: clock.now,
    random,
    // What the reconciler leaves of the quota, others in the account use.
    quotaOf: (operation) =>
      PACED.has(operation)
        ? { perSecond: SET_RATE / 0.8, burst: 3 }
        : { perSecond: QUOTA_PER_SECOND, burst: QUOTA_PER_SECOND },
    busyness: 0.01,
  });
  /** Of each run of the reconciler: how many calls there had been. */
  const firstCalls: number[] = [];
  let at: StoreFixture;

  beforeAll(async () => {
    at = await createStoreFixture(engine.endpoint);
    await putFleet(at, DEVICES, START / 1000);
  }, 60_000);
  afterAll(() => at.client.destroy());

  function someDevices(count: number): Set<string> {
    const some = new Set<string>();
    while (some.size < count) some.add(deviceIdOf(random.below(DEVICES)));
    return some;
  }

  /** One run of the reconciler. @returns whether it has left anything */
  async function reconcile(isDead: () => boolean): Promise<boolean> {
    const { settled, deferred, failed, oldestPendingMs } = await reconcilePurges(
      { callsPerSecond: SET_RATE },
      {
        clock: clock.now,
        deadlineEpochMs: clock.now() + RUN_MS,
        store: mortal(clock.watch(patient(at.store, clock.now)), isDead),
        remains: mortal(iot.remains, isDead),
        leaseId: crypto.randomUUID(),
        sleep: clock.sleep,
        observe: {
          purged: () => undefined,
          deferred: () => undefined,
          failed(_, error) {
            if (!(error instanceof Killed)) throw error;
          },
        },
      },
    );
    return settled + deferred + failed + oldestPendingMs > 0;
  }

  /** As the schedule starts it, one run after the other, each killed when its time is over, and some before. */
  async function reconcileUntil(isEnough: () => boolean): Promise<number> {
    let kills = 0;
    for (let isLeft = true; isLeft; ) {
      const startedAt = clock.now();
      firstCalls.push(iot.calls.length);
      const lifeMs = RUN_MS * (random.chance(0.2) ? random.next() : 1);
      isLeft = await reconcile(() => clock.now() > startedAt + lifeMs).catch((error: Error) => {
        if (!(error instanceof Killed)) throw error;
        kills += 1;
        return true;
      });
      isLeft ||= !isEnough();
      await clock.sleep(startedAt + RUN_MS - clock.now());
    }
    return kills;
  }

  it('are gone from AWS IoT, within its quotas, long after the stream has forgotten them', async () => {
    const removals = await expireFleet(at, { endpoint: engine.endpoint, devices: DEVICES });
    const recorder = await createRecorder(at.store, { at: someDevices(CONSUMER_KILLS), random });
    let isRecorded = false;

    async function record(): Promise<void> {
      const pause = () => clock.sleep(random.below(120_000));
      const invoke: typeof recorder.invoke = (records) => clock.during(() => recorder.invoke(records));
      const longPause = () => clock.sleep(STREAM_RETENTION_MS - 4 * HOUR_MS);
      const options = { batchSize: 25, repetition: 0.05, random, invoke, pause, longPause };
      await Promise.all(intoShards(removals, SHARDS).map((shard) => readShard(shard, options)));
      isRecorded = true;
    }
    const [kills] = await clock.run(Promise.all([reconcileUntil(() => isRecorded), record()]));

    expect(recorder.kills()).toBe(CONSUMER_KILLS);
    expect(kills).toBeGreaterThan(0);
    expect(clock.now() - START).toBeGreaterThan(STREAM_RETENTION_MS);
    for (const index of indexes) {
      const { things, certificates, shadows, thingGroups } = iot.of(index);
      const left = [things, certificates, shadows.get(deviceIdOf(index)), thingGroups.get('pumps')];
      expect([index, ...left.map((each) => each?.size)]).toEqual([index, 0, 0, 0, 0]);
    }
    expect(iot.throttled()).toBeGreaterThan(DEVICES / 50);
    for (const calls of Object.values(Object.groupBy(iot.calls, (call) => call.operation))) {
      expect(mostInASecond(calls)).toBeLessThanOrEqual(QUOTA_PER_SECOND);
    }
    for (const [run, first] of firstCalls.entries()) {
      const calls = iot.calls.slice(first, firstCalls[run + 1]).filter((call) => PACED.has(call.operation));
      for (const [operation, paced] of Object.entries(Object.groupBy(calls, (call) => call.operation))) {
        expect([operation, largestBurst(paced, SET_RATE)]).toEqual([operation, expect.closeTo(1, 2)]);
      }
    }
  }, 600_000);

  it('have one receipt each, and other systems hear of each once', async () => {
    const items = await scanTable(at.client, at.tables.invalidDevices);
    expect(items.size).toBe(DEVICES);
    for (const { receipt, pendingSince } of items.values()) {
      expect([receipt?.M?.['thing']?.S, pendingSince]).toEqual(['deleted', undefined]);
    }

    const records = await readStream(at.client, engine.endpoint, at.tables.invalidDevices);
    const receipts = records.filter(({ dynamodb }) => 'receipt' in (dynamodb.NewImage ?? {}));
    const teller = await createTeller({ at: someDevices(CONSUMER_KILLS), random });
    const options = {
      batchSize: 100,
      repetition: 0.05,
      random,
      invoke: teller.invoke,
      pause: async () => undefined,
      longPause: async () => undefined,
    };
    for (const shard of intoShards(receipts, SHARDS)) await readShard(shard, options);

    expect(teller.kills()).toBe(CONSUMER_KILLS);
    expect(teller.told.length).toBeGreaterThan(DEVICES);
    const events = new Map(teller.told.map((event) => [event.detail.id, event]));
    expect(events.size).toBe(DEVICES);
    const byDevice = new Map([...events.values()].map((event) => [event.detail.deviceId, event]));
    for (const index of indexes) {
      const receipt = {
        thing: 'deleted',
        certificateIds: [certificateIdOf(index)],
        keptCertificateIds: [],
        thingGroups: ['pumps'],
        shadows: ['', 'config'],
        recordRemovedAt: START,
      };
      expect(byDevice.get(deviceIdOf(index))).toMatchObject({ type: 'DevicePurged', detail: { receipt } });
    }
  }, 120_000);
});
