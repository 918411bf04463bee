import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import type { TableEngine } from '@device-lifecycle/test-kit/table-engine.ts';
import { createTables, createTestClient, scanTable } from '@device-lifecycle/test-kit/tables.ts';
import { createWholeStore } from '@device-lifecycle/test-kit/whole-store.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvalidDevice } from '../../shared/domain/device.ts';
import type { DeviceStore } from '../../shared/ports.ts';
import { injectFaults } from '../support/faults.ts';
import { type Image, readChanges } from '../support/table-changes.ts';
import { checkAnswers, checkFailures } from './concurrency/answers.ts';
import { historyOf, type LifeEvent, type TableChanges } from './concurrency/history.ts';
import { checkInvariants, isOver } from './concurrency/invariants.ts';
import { DEVICE_IDS, planRequests } from './concurrency/plan.ts';
import { faultsOf, play, type RoundClock, startClock } from './concurrency/play.ts';
import { probeExpired } from './concurrency/probes.ts';

const REQUESTS = 200;
/**
 * `npm run test:soak` plays more, `CONCURRENCY_ROUNDS=1` that of TEST_SEED alone. Where the order of things follows from
 * a seed, it is tried in history/.
 */
const ENOUGH_ROUNDS = 12;
const ROUNDS = Number(process.env['CONCURRENCY_ROUNDS'] ?? ENOUGH_ROUNDS);
const SPAN_MS = 8_000;

/** A seed gives the requests and the faults of a round; who is first, the machine. */
const SEEDS = Array.from({ length: ROUNDS }, (_, round) => TEST_SEED + round);

interface TableImages {
  readonly devices: ReadonlyMap<string, Image>;
  readonly invalidDevices: ReadonlyMap<string, Image>;
}

const joinHistories = (changes: TableChanges) => DEVICE_IDS.map((deviceId) => historyOf(deviceId, changes));

describe('two hundred concurrent requests on five devices', () => {
  let engine: TableEngine;
  const seen = new Map<string, number>();
  const count = (what: string, times = 1) => seen.set(what, (seen.get(what) ?? 0) + times);

  beforeAll(async () => {
    engine = await startDynoxide();
  });
  afterAll(() => engine.stop());

  /** Every expired record is asked for; the others that it shares its serial number with may have it by then. */
  async function probeAll(store: DeviceStore, clock: RoundClock, { devices, invalidDevices }: TableImages) {
    const observeGhost = () => count('ghost of an expired device');
    const context = { store, clock, deadlineEpochMs: Number.POSITIVE_INFINITY, observeGhost };
    const records = [...devices.values(), ...invalidDevices.values()].filter(({ id }) => !id.includes('#'));
    const unexpired = records.filter((record) => !isOver(record, clock()));
    const held = new Set(unexpired.map((record) => record['serialNumber']));
    for (const image of invalidDevices.values()) {
      if (!isOver(image, clock()) || devices.has(image.id)) continue;
      const record = image as unknown as InvalidDevice;
      await probeExpired(record, !held.has(record.serialNumber), context);
      held.add(record.serialNumber);
      count('expired');
    }
  }

  async function readImages(client: DynamoDBClient, table: string): Promise<ReadonlyMap<string, Image>> {
    const items = await scanTable(client, table);
    return new Map([...items].map(([id, item]) => [id, unmarshall(item) as Image]));
  }

  async function playRound(seed: number): Promise<void> {
    const client = createTestClient(engine.endpoint);
    const tables = await createTables(client);
    const store = createWholeStore({ client, tables });
    const requests = planRequests({ seed, count: REQUESTS, startEpochMs: START, spanMs: SPAN_MS });
    injectFaults(client, faultsOf(seed));
    const clock = startClock(START);
    const played = await Promise.all(requests.map((request) => play(request, { store, clock })));
    injectFaults(client, () => undefined);

    const histories = joinHistories({
      devices: await readChanges(client, engine.endpoint, tables.devices),
      invalidDevices: await readChanges(client, engine.endpoint, tables.invalidDevices),
    });
    const images = {
      devices: await readImages(client, tables.devices),
      invalidDevices: await readImages(client, tables.invalidDevices),
    };
    checkFailures(played);
    checkInvariants({ ...images, histories, played, nowEpochMs: clock() });
    checkAnswers(histories, played);
    for (const { answer } of played) count(answer.verdict === 'accepted' ? 'accepted' : answer.error.name);
    for (const { kind } of histories.flatMap<LifeEvent>(({ events }) => events)) count(kind);

    clock.skip(6_000);
    await probeAll(store, clock, images);
    client.destroy();
  }

  it.each(SEEDS)('keep every invariant of the tables (TEST_SEED=%i)', playRound);

  it('have done and met everything that they are there for', () => {
    if (ROUNDS < ENOUGH_ROUNDS) return;
    // Not every run has a purge that meets a record which may go, nor a release that meets one which is held: history/
    // has some, by seeds.
    const everything = [
      'registered',
      'changed',
      'decommissioned',
      'held',
      'holdRequested',
      'restored',
      'expired',
    ];
    const answers = ['accepted', 'DeviceNotFound', 'DeviceDecommissioned', 'IdentifierTaken', 'StaleRequest'];
    for (const what of [...everything, ...answers])
      expect([what, seen.get(what) ?? 0]).not.toEqual([what, 0]);
    expect(seen.get('ghost of an expired device')).toBeUndefined();
  });
});
