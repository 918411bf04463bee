import { checkAnswers, checkFailures } from '../concurrency/answers.ts';
import { historyOf } from '../concurrency/history.ts';
import { checkInvariants } from '../concurrency/invariants.ts';
import type { PlayedRequest } from '../concurrency/play.ts';
import type { Model } from '../model/model.ts';
import { type Deed, deedsOf, lives } from './life.ts';
import { linearize, type Verdict } from './linearize.ts';
import { differenceOf } from './records.ts';
import { DEVICE_IDS } from './requests.ts';
import type { PlayedRound } from './round.ts';

/** What is wrong with a round, and which check says so. */
export interface Finding {
  readonly check: 'end' | 'failure' | 'progress' | 'invariant' | 'answer' | 'linearizability';
  readonly what: string;
}

function finding(check: Finding['check'], hold: () => void): Finding | undefined {
  try {
    hold();
    return undefined;
  } catch (error) {
    return { check, what: error instanceof Error ? error.message : String(error) };
  }
}

const playedOf = ({ attempts }: PlayedRound): readonly PlayedRequest[] =>
  attempts.flatMap(({ request, answer, times: [startedAt = 0] }) =>
    answer === undefined ? [] : [{ request, answer, startedAt }],
  );

function explain({ order, state, next }: Extract<Verdict<Model, Deed>, { isLinearizable: false }>): string {
  const last = next.find(({ kind }) => kind === 'look');
  const difference = last?.kind === 'look' ? differenceOf(state, last.tables) : undefined;
  const stuck = next.map((deed) =>
    deed.kind === 'request'
      ? `${deed.attempt} (${deed.action.kind} ${deed.action.deviceId}: ${JSON.stringify(deed.outcome)})`
      : deed.kind,
  );
  return `no order has these answers: after ${order.length} deeds, none of ${stuck.join(', ')} may be next${
    difference === undefined ? '' : `; ${difference}`
  }`;
}

/** Where two clocks do not agree whether a retention is over, nobody can go on until both say so. */
const IS_OF_CLOCKS = /retention ends at this moment/;

/** Whoever nothing has come in the way of has to be answered. @throws Error */
function checkProgress({ attempts }: PlayedRound): void {
  for (const { index, request, answer, isDisturbed, insists } of attempts) {
    if (insists) throw new Error(`${index} (${request.operation}) tried again what a condition had refused`);
    if (isDisturbed || answer?.verdict !== 'failed' || IS_OF_CLOCKS.test(answer.error.message)) continue;
    throw new Error(`${index} (${request.operation}) failed without a cause: ${answer.error.message}`);
  }
}

/** Holds a round to all that was promised. @returns the first that it finds, if it finds any */
export function checkRound(round: PlayedRound): Finding | undefined {
  const played = playedOf(round);
  const histories = () => DEVICE_IDS.map((deviceId) => historyOf(deviceId, round.changes));
  return (
    finding('failure', () => checkFailures(played)) ??
    finding('progress', () => checkProgress(round)) ??
    finding('invariant', () => checkInvariants({ ...round, histories: histories(), played })) ??
    finding('answer', () => checkAnswers(histories(), played)) ??
    finding('linearizability', () => {
      const verdict = linearize(lives, deedsOf(round));
      if (!verdict.isLinearizable) throw new Error(explain(verdict));
    })
  );
}
