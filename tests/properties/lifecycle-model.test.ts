import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { createStoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectReceipts, expectTables, expectThings } from './model/checks.ts';
import { countCommands, type Turn, turns } from './model/turns.ts';
import { World } from './model/world.ts';

/** `npm run test:soak` plays a million. */
const COMMANDS = Number(process.env['MODEL_COMMANDS'] ?? 4_000);
/** Lives on one engine, whose tables become many. */
const LIVES = 25;
const SLOWEST_MS_A_COMMAND = 50;

async function live(life: readonly Turn[], endpoint: string): Promise<void> {
  const at = await createStoreFixture(endpoint);
  const world = new World(at);
  for (const turn of life) await world.play(turn);
  await expectTables(world);
  await world.afterlife.finish();
  world.pass(0);
  await expectTables(world);
  await expectReceipts(world, endpoint);
  await expectThings(world);
  at.client.destroy();
}

/** Lives on an engine of their own. @returns how many commands there were */
async function playRound(seed: number): Promise<number> {
  const engine = await startDynoxide();
  let commands = 0;
  try {
    await fc.assert(
      fc.asyncProperty(turns, async (life) => {
        await live(life, engine.endpoint);
        commands += countCommands(life);
      }),
      { numRuns: LIVES, seed },
    );
  } finally {
    await engine.stop();
  }
  return commands;
}

describe(`${COMMANDS} commands, one after the other or one within another (TEST_SEED=${TEST_SEED})`, () => {
  it(
    'do what the model says, and leave the tables and AWS IoT as it says',
    async () => {
      let commands = 0;
      for (let seed = TEST_SEED; commands < COMMANDS; seed += 1) {
        commands += await playRound(seed);
        if (process.env['MODEL_COMMANDS'] !== undefined) {
          process.stderr.write(`${commands} of ${COMMANDS} commands, TEST_SEED=${seed}\n`);
        }
      }
      expect(commands).toBeGreaterThanOrEqual(COMMANDS);
    },
    60_000 + COMMANDS * SLOWEST_MS_A_COMMAND,
  );
});
