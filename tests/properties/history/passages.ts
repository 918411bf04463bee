import type { Random } from '@device-lifecycle/test-kit/random.ts';
import {
  type Call,
  conflict,
  conflictBeside,
  crash,
  type Fault,
  givenUp,
  internalServerError,
  lostResponse,
  throttled,
} from '../../support/faults.ts';
import type { Passage } from './simulation.ts';

const failing = (fault: Fault): Passage => ({ kind: 'fault', fault });

/** What becomes of a call on a bad day. A lost response is the worst: the write is done, and who made it is not told. */
export function drawPassage(random: Random, call: Call): Passage {
  return random.weighted<() => Passage>([
    [80, () => ({ kind: 'pass' })],
    [3, () => failing(conflict(call))],
    [1, () => failing(conflictBeside(call))],
    [2, () => failing(throttled())],
    [2, () => failing(internalServerError('before'))],
    [2, () => failing(internalServerError('after'))],
    [3, () => failing(lostResponse())],
    [2, () => failing(crash())],
    [3, () => ({ kind: 'repeat' })],
    [2, () => ({ kind: 'late', fault: lostResponse() })],
  ])();
}

/** The same for a call that has taken longer than its caller may wait: the answer may come yet, and be of no use. */
export function drawOverdue(random: Random): Passage {
  return random.pick<() => Passage>([
    () => ({ kind: 'pass' }),
    () => failing(givenUp('before')),
    () => failing(givenUp('after')),
    () => ({ kind: 'late', fault: givenUp('before') }),
  ])();
}

/** In a word, for a trace. */
export const describePassage = (passage: Passage): string =>
  'fault' in passage
    ? `${passage.kind === 'late' ? 'late' : passage.fault.when} ${passage.fault.error.name}`
    : passage.kind;
