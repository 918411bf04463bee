import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { claimsOf, guardId } from '../../shared/domain/identifiers.ts';
import { START } from '../support/clock.ts';
import { createStoreFixture, type StoreFixture } from '../support/store-fixture.ts';
import { scanTable } from '../support/tables.ts';
import { useEngine } from '../support/use-store.ts';
import { type Action, actionAt, lives } from './model/actions.ts';
import { Model, type Outcome } from './model/model.ts';
import { perform } from './model/perform.ts';

/** MODEL_SEED=n repeats a run; fast-check prints the seed of one that fails, with the shortest life that does. */
const { MODEL_SEED } = process.env;
const RUNS = { numRuns: 300, ...(MODEL_SEED !== undefined && { seed: Number(MODEL_SEED) }) };

const engine = useEngine();

function expectedOf(model: Model, action: Action): Outcome {
  switch (action.kind) {
    case 'register':
      return model.register(action);
    case 'update':
      return model.update(action);
    case 'decommission':
      return model.decommission(action);
    case 'restore':
      return model.restore(action);
    case 'hold':
    case 'release':
      return model.changeHold(action);
    case 'heartbeat':
      return model.heartbeat(action);
    case 'purge':
      return model.purge(action);
  }
}

async function outcomeOf(at: StoreFixture, action: Action): Promise<Outcome> {
  try {
    const {
      deviceId: _,
      credentials: __,
      purgeId: ___,
      ...outcome
    } = { ...(await perform(at, action)) } as Record<string, unknown>;
    return outcome;
  } catch (error) {
    if (error instanceof Error && error.name !== 'Error') return error.name;
    throw error;
  }
}

/**
 * The tables hold the model's devices, where they should be, and a guard for each of their claims, which expires when the
 * record does: not at all in service and under legal hold.
 */
async function expectTables(at: StoreFixture, model: Model): Promise<void> {
  const guards = new Map<string, number | undefined>();
  for (const [deviceId, device] of model.active) {
    const { answered: _, lastRestore: __, ...record } = device;
    const actual = await at.read('devices', deviceId);
    expect(actual).toMatchObject(record);
    expect(actual).not.toHaveProperty('ghost');
    for (const claim of claimsOf(device)) guards.set(guardId(claim), undefined);
  }
  for (const deviceId of model.invalid.keys()) {
    const lying = model.unexpired(deviceId);
    if (lying === undefined) continue;
    const { answered: _, lastRestore: __, requestId, requestedAt, decommissionedAt, ...stored } = lying;
    const { ttl, ghost, ...record } = stored;
    const actual = await at.read('invalidDevices', deviceId);
    expect(actual).toMatchObject({
      ...record,
      decommission: { requestId, requestedAt, at: decommissionedAt },
    });
    expect(actual?.['ttl']).toBe(ttl);
    expect(actual?.['ghost']).toEqual(ghost);
    for (const claim of claimsOf(lying)) guards.set(guardId(claim), ttl);
  }
  const isExpired = (ttl: string | undefined) => ttl !== undefined && Number(ttl) * 1000 <= at.clock();
  const items = [...(await scanTable(at.client, at.tables.devices))].filter(
    ([, { ttl }]) => !isExpired(ttl?.N),
  );
  expect(new Set(items.map(([id]) => id))).toEqual(new Set([...model.active.keys(), ...guards.keys()]));
  for (const [id, item] of items) {
    expect([id, item['ttl']?.N]).toEqual([id, guards.get(id)?.toString()]);
  }
}

describe('the commands, one after the other', () => {
  it('do what the model says, and leave the tables as it says', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (steps) => {
        const at = {
          ...(await createStoreFixture(engine.endpoint)),
          deadlineEpochMs: Number.POSITIVE_INFINITY,
        };
        const model = new Model(START);
        for (const step of steps) {
          at.clock.advance(step.passesMs);
          model.now = at.clock();
          const action = actionAt(step, at.clock());
          const expected = expectedOf(model, action);
          expect([action, await outcomeOf(at, action)]).toEqual([action, expected]);
        }
        await expectTables(at, model);
        at.client.destroy();
      }),
      RUNS,
    );
  }, 180_000);
});
