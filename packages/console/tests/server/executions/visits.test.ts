import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, it } from '@jest/globals';
import { describeVisits } from '../../../src/server/executions/visits.ts';

type Step = Pick<HistoryEvent, 'type'> & Partial<HistoryEvent>;

const entered = (name: string, type = 'Task'): Step => ({
  type: `${type}StateEntered` as HistoryEvent['type'] & string,
  stateEnteredEventDetails: { name },
});
const exited = (name: string, type = 'Task'): Step => ({
  type: `${type}StateExited` as HistoryEvent['type'] & string,
  stateExitedEventDetails: { name },
});
const failed: Step = {
  type: 'TaskFailed',
  taskFailedEventDetails: { resourceType: '', resource: '', error: 'E' },
};

/** One after the other, a second each. */
const history = (...steps: readonly Step[]): readonly HistoryEvent[] =>
  steps.map((step, index) => ({
    ...step,
    id: index + 1,
    previousEventId: index,
    timestamp: new Date(index * 1_000),
  }));

const statusesOf = (
  events: readonly HistoryEvent[],
  status: 'RUNNING' | 'FAILED' | 'ABORTED' | 'SUCCEEDED',
) => Object.entries(describeVisits(events, status).states).map(([name, state]) => [name, state.status]);

describe('describeVisits', () => {
  it('tells where an execution is, and how often it was there', () => {
    const events = history(
      entered('Try'),
      exited('Try'),
      entered('Wait', 'Wait'),
      exited('Wait', 'Wait'),
      entered('Try'),
    );
    expect(describeVisits(events, 'RUNNING').states).toEqual({
      Try: { status: 'running', visits: 2 },
      Wait: { status: 'succeeded', visits: 1 },
    });
  });

  it('tells a failure that was caught from one that another try has mended', () => {
    const mended = history(entered('Try'), failed, { type: 'TaskSucceeded' }, exited('Try'), entered('Next'));
    expect(statusesOf(mended, 'RUNNING')).toEqual([
      ['Try', 'succeeded'],
      ['Next', 'running'],
    ]);
    const caught = history(entered('Try'), failed, exited('Try'), entered('Next'), exited('Next'));
    expect(statusesOf(caught, 'SUCCEEDED')).toEqual([
      ['Try', 'caught'],
      ['Next', 'succeeded'],
    ]);
  });

  it('tells which branch has failed, and which was stopped for it', () => {
    const events = history(entered('Both', 'Parallel'), entered('Left'), entered('Right'), failed);
    const [both, left, ...others] = events;
    const ofRight = others.map((event, index) => ({ ...event, previousEventId: index === 0 ? 1 : 3 }));
    expect(statusesOf([...(both && left ? [both, left] : []), ...ofRight], 'FAILED')).toEqual([
      ['Both', 'stopped'],
      ['Left', 'stopped'],
      ['Right', 'failed'],
    ]);
  });

  it('is at its end with the event of it alone', () => {
    const running = history(entered('Wait', 'Wait'));
    expect(describeVisits(running, 'ABORTED')).toMatchObject({
      isEnded: false,
      states: { Wait: { status: 'stopped' } },
    });
    expect(
      describeVisits(history(entered('Wait', 'Wait'), { type: 'ExecutionAborted' }), 'ABORTED').isEnded,
    ).toBe(true);
  });

  it('shows the newest of many visits', () => {
    const events = history(...Array.from({ length: 301 }, () => [entered('Try'), exited('Try')]).flat());
    const { visits, earlierVisits, states } = describeVisits(events, 'RUNNING');
    expect([visits.length, earlierVisits, states['Try']?.visits]).toEqual([300, 1, 301]);
    expect(visits[0]?.enteredAt).toBe(2_000);
  });
});
