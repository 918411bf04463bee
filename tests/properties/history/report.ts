import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from './check.ts';
import type { PlayedRound } from './round.ts';
import { describeAnswer } from './schedule.ts';

/** The attempts of each device, one a line: when, who, what, and what it was told. */
function historyLines({ attempts }: PlayedRound): readonly string[] {
  const byDevice = attempts.toSorted(
    (one, other) =>
      one.request.input.deviceId.localeCompare(other.request.input.deviceId) || one.index - other.index,
  );
  return byDevice.map(
    ({ index, client, request, tries, invokedAt, returnedAt, written, writtenUnheard, ...rest }) => {
      const { operation, input } = request;
      const answer = rest.answer && describeAnswer(rest.answer);
      const { deviceId } = input;
      const moments = { invokedAt, returnedAt, writtenAt: written?.at, writtenUnheardAt: writtenUnheard?.at };
      return JSON.stringify({ deviceId, index, client, operation, tries, ...moments, answer, input });
    },
  );
}

/** Writes down a round in which something is wrong. @returns what is, where it is written down, and how to see it again */
export async function report(round: PlayedRound, { check, what }: Finding): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `history-${round.seed}-`));
  await writeFile(join(directory, 'history.jsonl'), `${historyLines(round).join('\n')}\n`);
  await writeFile(join(directory, 'trace.txt'), `${round.trace.join('\n')}\n`);
  return [
    `${check}: ${what}`,
    `Again: TEST_SEED=${round.seed} HISTORY_ROUNDS=1 npm test -- tests/properties/history`,
    `Written down: ${directory} (history.jsonl by device, trace.txt step by step)`,
  ].join('\n');
}
