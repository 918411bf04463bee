import { setTimeout as delay } from 'node:timers/promises';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { aDecommission, aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { createRandom } from '@device-lifecycle/test-kit/random.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { createStoreFixture, type StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { useEngine } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { toInvalidItem, toSnapshot } from '../../shared/adapters/device-store/records.ts';
import { reconcileCredentials } from '../../shared/commands/reconcile-credentials.ts';
import { settleCredentials } from '../../shared/commands/settle-credentials.ts';
import type { Device } from '../../shared/domain/device.ts';
import { Throttled } from '../../shared/errors.ts';
import type { Credentials } from '../../shared/ports.ts';
import { Killed, mortal, patient } from './mortal.ts';

/** `npm run test:soak` takes ten thousand. */
const DEVICES = Number(process.env['FLEET_DEVICES'] ?? 1_000);
/** AWS IoT's default for UpdateCertificate, with as much again in one burst. */
const QUOTA_PER_SECOND = 10;
const SET_RATE = 8;
/** The tests' seconds are so much shorter. */
const ACCELERATION = 100;
const RUN_MS = 60_000;

const idOf = (index: number) => `device-${index}`;
const certificateOf = (index: number) => `certificate-${index}`;

/** AWS IoT with its quota: refuses what comes too fast, and remembers when it did what. */
function createThrottledRegistry(clock: () => number) {
  const active = new Set(Array.from({ length: DEVICES }, (_, index) => certificateOf(index)));
  const updates: { readonly at: number; readonly certificateId: string }[] = [];
  let tokens = QUOTA_PER_SECOND;
  let filledAt = clock();
  let throttled = 0;
  const credentials: Credentials = {
    listCertificateIds: async () => [],
    describeCertificate: async (certificateId) => ({
      certificateId,
      status: active.has(certificateId) ? 'ACTIVE' : 'INACTIVE',
      thingNames: ['one'],
    }),
    async setStatus(certificateId) {
      const now = clock();
      tokens = Math.min(QUOTA_PER_SECOND, tokens + ((now - filledAt) / 1000) * QUOTA_PER_SECOND);
      filledAt = now;
      if (tokens < 1) {
        throttled += 1;
        throw new Throttled('AWS IoT throttled the request. Try again.');
      }
      tokens -= 1;
      updates.push({ at: now, certificateId });
      active.delete(certificateId);
      return 'done';
    },
    closeConnection: async () => undefined,
  };
  return { active, updates, credentials, throttled: () => throttled };
}

const engine = useEngine();

describe(`${DEVICES} devices decommissioned at once (TEST_SEED=${TEST_SEED})`, () => {
  let at: StoreFixture;
  const random = createRandom(TEST_SEED);
  const startedAt = performance.now();
  const epoch = Date.UTC(2026, 5, 1);
  const clock = () => Math.round(epoch + (performance.now() - startedAt) * ACCELERATION);
  const sleep = (ms: number) => delay(ms / ACCELERATION).then(() => undefined);
  const forever = { clock, deadlineEpochMs: Number.POSITIVE_INFINITY };

  beforeAll(async () => {
    at = await createStoreFixture(engine.endpoint);
    const items = Array.from({ length: DEVICES }, (_, index) => {
      const device = aDevice({ id: idOf(index), certificateIds: [certificateOf(index)] });
      const decommission = aDecommission({ at: epoch + index, requestId: `decommission-${index}` });
      return toInvalidItem(toSnapshot<Device>(marshall(device)), { decommission, ttl: undefined });
    });
    for (let first = 0; first < items.length; first += 25) {
      const requests = items.slice(first, first + 25).map((Item) => ({ PutRequest: { Item } }));
      await at.client.send(
        new BatchWriteItemCommand({ RequestItems: { [at.tables.invalidDevices]: requests } }),
      );
    }
  }, 60_000);

  it('end without an active certificate, within the quota, though their workers are killed', async () => {
    const registry = createThrottledRegistry(clock);
    let kills = 0;
    let isDone = false;

    /** One run of the reconciler; whether it has left anything. */
    async function reconcile(deadlineEpochMs: number, isDead: () => boolean): Promise<boolean> {
      const { settled, deferred, oldestPendingMs } = await reconcileCredentials(
        { callsPerSecond: SET_RATE },
        {
          clock,
          deadlineEpochMs,
          store: mortal(patient(at.store, clock), isDead),
          credentials: mortal(registry.credentials, isDead),
          leaseId: crypto.randomUUID(),
          sleep,
          observe: { settled: () => undefined, failed: () => undefined },
        },
      );
      return settled + deferred + oldestPendingMs > 0;
    }

    /** As the schedule starts it: one run after the other, some killed on the way. */
    async function reconciler(): Promise<void> {
      for (let isLeft = true; isLeft; ) {
        const deadline = clock() + RUN_MS;
        const killedAt = random.chance(0.5) ? deadline - random.next() * RUN_MS : Number.POSITIVE_INFINITY;
        const isDead = () => clock() > killedAt;
        isLeft = await reconcile(deadline, isDead).catch(ignoreKill);
        await sleep(Math.max(0, deadline - clock()));
      }
    }

    /** Settles one device, and is killed at one of its calls, or not. */
    async function settleOne(deviceId: string, killedAtCall: number): Promise<void> {
      let calls = 0;
      const isDead = () => {
        calls += 1;
        return calls > killedAtCall;
      };
      const worker = {
        ...forever,
        store: mortal(at.store, isDead),
        credentials: mortal(registry.credentials, isDead),
        leaseId: crypto.randomUUID(),
      };
      await settleCredentials({ deviceId }, worker).catch((error: Error) => {
        if (error.name !== 'Throttled' && error.name !== 'CredentialsBusy') ignoreKill(error);
      });
    }

    /** As the stream has it: whatever comes, as far as the quota allows, killed now and then. */
    async function consumer(): Promise<void> {
      for (let index = 0; !isDone && index < DEVICES; index += 1 + random.below(20)) {
        await settleOne(idOf(index), random.chance(0.5) ? 1 + random.below(16) : Number.POSITIVE_INFINITY);
        await sleep(2_000);
      }
    }

    function ignoreKill(error: Error): true {
      if (!(error instanceof Killed)) throw error;
      kills += 1;
      return true;
    }

    const consuming = consumer();
    await reconciler();
    isDone = true;
    await consuming;

    expect([...registry.active]).toEqual([]);
    expect(await at.store.listPendingCredentials('newestFirst', 10, forever)).toEqual([]);
    expect(kills).toBeGreaterThan(3);
    // What was killed between the call and its note is done once more, and nothing else.
    expect(registry.updates.length - DEVICES).toBeLessThanOrEqual(4 * kills);
    const seconds = (clock() - epoch) / 1000;
    expect(registry.updates.length).toBeLessThanOrEqual(QUOTA_PER_SECOND * (seconds + 1));
  }, 240_000);
});
