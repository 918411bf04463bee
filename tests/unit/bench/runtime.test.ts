import { expect, test } from '@jest/globals';
import { describeFigure } from '../../../bench/runtime/main.ts';
import type { RuntimeFigure } from '../../../bench/runtime/part.ts';

const rate: RuntimeFigure = {
  name: 'messages',
  unit: 'messages/s',
  ours: 6_500,
  underneath: 10_000,
  goal: { atLeast: 6_000 },
};

test('a goal is for what was measured, or for its ratio to what is underneath', () => {
  expect(describeFigure(rate)).toEqual({
    what: 'messages',
    measured: '6,500 messages/s, ×0.65',
    reference: '10,000 messages/s underneath',
    goal: 'at least 6,000 messages/s',
    isMet: true,
  });
  expect(describeFigure({ ...rate, goal: { atLeast: 0.7 }, isGoalForRatio: true })).toMatchObject({
    goal: 'at least ×0.7',
    isMet: false,
  });
});

test.each([
  [1.5, true],
  [1.51, false],
])('a goal that is a limit: %d s of 1.5 s', (ours, isMet) => {
  const { measured, reference, ...verdict } = describeFigure({
    name: 'start',
    unit: 's',
    ours,
    goal: { atMost: 1.5 },
  });

  expect({ measured, reference }).toEqual({ measured: `${ours} s`, reference: '' });
  expect(verdict).toMatchObject({ goal: 'at most 1.5 s', isMet });
});
