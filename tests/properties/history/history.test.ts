import { createHash } from 'node:crypto';
import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import { isUsualSeed, TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import type { TableEngine } from '@device-lifecycle/test-kit/table-engine.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { historyOf } from '../concurrency/history.ts';
import { checkRound } from './check.ts';
import { report } from './report.ts';
import { DEVICE_IDS } from './requests.ts';
import { type PlayedRound, playRound } from './round.ts';
import { describeAnswer } from './schedule.ts';

/** `npm run test:soak` plays more; `HISTORY_ROUNDS=1` plays that of TEST_SEED alone, and prints its trace. */
const { HISTORY_ROUNDS } = process.env;
const ROUNDS = Number(HISTORY_ROUNDS ?? 25);
const SEEDS = Array.from({ length: ROUNDS }, (_, round) => TEST_SEED + round);
/** An engine's tables become many, and it slower. */
const ROUNDS_OF_AN_ENGINE = 200;
const SLOWEST_MS_A_ROUND = 10_000;

/** What an attempt was, and what came of it. */
const describeAttempts = ({ attempts }: PlayedRound): readonly string[] =>
  attempts.map(({ request, answer }) => {
    const outcome =
      answer?.verdict === 'accepted' ? (answer.result['outcome'] ?? 'done') : answer?.error.name;
    return `${request.operation} ${String(outcome)}`;
  });

const kindsOf = ({ changes }: PlayedRound): readonly string[] =>
  DEVICE_IDS.flatMap((deviceId) => historyOf(deviceId, changes).events.map(({ kind }) => kind));

describe(`${SEEDS.length} rounds of six clients (TEST_SEED=${TEST_SEED})`, () => {
  let engine: TableEngine;
  const seen = new Set<string>();

  beforeAll(async () => {
    engine = await startDynoxide();
  });
  afterAll(() => engine.stop());

  async function play(seed: number): Promise<void> {
    const round = await playRound(seed, engine.endpoint);
    if (ROUNDS === 1) process.stderr.write(`${round.trace.join('\n')}\n`);
    const finding = checkRound(round);
    if (finding !== undefined) throw new Error(await report(round, finding));
    for (const what of [...describeAttempts(round), ...kindsOf(round)]) seen.add(what);
    if (round.sweeps.length > 0) seen.add('swept');
  }

  it(
    'have answers as if one thing had happened after the other, and tables to match',
    async () => {
      for (const [index, seed] of SEEDS.entries()) {
        if (index > 0 && index % ROUNDS_OF_AN_ENGINE === 0) {
          await engine.stop();
          engine = await startDynoxide();
        }
        await play(seed);
      }
    },
    60_000 + SEEDS.length * SLOWEST_MS_A_ROUND,
  );

  it('have done and met everything that they are there for', () => {
    // The rounds of another seed may have met with less.
    if (!isUsualSeed || HISTORY_ROUNDS !== undefined) return;
    const done = [
      'registered',
      'changed',
      'decommissioned',
      'haunted',
      'held',
      'released',
      'restored',
      'purged',
      'swept',
    ];
    const met = [
      'register IdentifierTaken',
      'register DeviceDecommissioned',
      'update StaleVersion',
      'update StaleRequest',
      'update Crash',
      'decommission alreadyDecommissioned',
      'decommission ServiceUnavailable',
      'restore RetentionExpired',
      'restore alreadyActive',
      'hold DeviceInService',
      'release notHeld',
      'purge UnderLegalHold',
      'heartbeat DeviceDecommissioned',
      'presence unchanged',
    ];
    expect([...done, ...met].filter((what) => !seen.has(what))).toEqual([]);
  });

  it('go the same way with the same seed', async () => {
    const digest = async () => {
      const { trace, attempts } = await playRound(TEST_SEED, engine.endpoint);
      const answers = attempts.map(({ answer }) => answer && describeAnswer(answer));
      return createHash('sha256')
        .update(JSON.stringify([trace, answers]))
        .digest('hex');
    };
    expect(await digest()).toBe(await digest());
  });
});
