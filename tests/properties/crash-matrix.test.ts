import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Cloud, functionNames, startCloud } from './crash-matrix/cloud.ts';
import { convergeFromAll, pointsOf, prepare } from './crash-matrix/matrix.ts';
import { keptOperations, operations } from './crash-matrix/operations.ts';
import { fleetOperations } from './crash-matrix/operators/fleets.ts';
import { letterOperations } from './crash-matrix/operators/letters.ts';
import { withLate } from './crash-matrix/processes.ts';
import { chosen, isExhaustive } from './crash-matrix/settings.ts';
import { type Tried, tableOf, tryOperation } from './crash-matrix/try-operation.ts';

const all = [...operations, ...keptOperations, ...letterOperations, ...fleetOperations];

/** All pairs of a fleet take their time. */
const TIMEOUT_MS = isExhaustive ? 3_600_000 : 300_000;

describe(`what is killed anywhere and goes on (TEST_SEED=${TEST_SEED})`, () => {
  const tried: Tried[] = [];
  let cloud: Cloud;

  beforeAll(async () => {
    cloud = await startCloud();
  }, 60_000);
  afterAll(() => cloud?.stop());

  it.each(all.filter((operation) => chosen(operation) !== undefined))(
    'ends as it does by itself: $name',
    async (operation) => {
      tried.push(await tryOperation(cloud, operation));
    },
    TIMEOUT_MS,
  );

  it.each([
    ['UpdateCertificate', 'decommission-device'],
    ['DeleteThing', 'purge-device'],
    ['DeleteThingShadow', 'expiry'],
  ])('is found not to, where %s is done last of all by mistake: %s', (late, name) =>
    withLate(late, async () => {
      const operation = all.find((each) => each.name === name);
      if (operation === undefined) throw new Error(`There is no ${name}.`);
      const prepared = await prepare(cloud, operation);
      const points = pointsOf(prepared.clean.fate.stretches[0] ?? [], false);
      // Most of what is late comes to be late at the end.
      await expect(convergeFromAll(cloud, prepared, points.toReversed())).rejects.toThrow(/^Killed at /);
    }),
  );

  it('is every function and every state machine', () => {
    if (tried.length < all.length) return;
    const invoked = new Set(tried.flatMap(({ prepared }) => [...prepared.clean.invoked]));
    expect([...invoked].toSorted()).toEqual([...functionNames].toSorted());
    const machines = cloud.template.stack.stateMachines.map(({ name }) => name).toSorted();
    expect(tried.flatMap(({ prepared }) => prepared.clean.machines)).toEqual(
      expect.arrayContaining(machines),
    );
    if (isExhaustive) process.stderr.write(`${tableOf(tried)}\n`);
  });
});
