import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import {
  ACCOUNT_ID,
  HandlerError,
  INVOKE,
  REGION,
  StatesUnderTest,
} from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, test } from '@jest/globals';
import type { LoggingConfiguration } from '../../src/states/execution-log.ts';

const GROUP_ARN = `arn:aws:logs:${REGION}:${ACCOUNT_ID}:log-group:/shop/machines:*`;
const destinations = [{ cloudWatchLogsLogGroup: { logGroupArn: GROUP_ARN } }];

/** A task that fails, and is caught by a Fail state. */
const definition = {
  StartAt: 'Work',
  States: {
    Work: { ...INVOKE, Next: 'Done', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'GiveUp' }] },
    Done: { Type: 'Succeed' },
    GiveUp: { Type: 'Fail', Error: 'GaveUp', Cause: 'It failed.' },
  },
};

interface Written {
  readonly group: string;
  readonly stream: string;
  readonly timestampMs: number | undefined;
  readonly record: Readonly<Record<string, unknown>>;
}

/** What an execution logs, its records parsed. */
async function logOf(loggingConfiguration: LoggingConfiguration) {
  const written: Written[] = [];
  const clock = new FakeClock('2026-01-02T03:04:05.678Z');
  const states = new StatesUnderTest(definition, {
    clock,
    loggingConfiguration,
    handler() {
      throw new HandlerError({ errorType: 'Wrong', errorMessage: 'wrong' });
    },
    logs: {
      write: (group, stream, message, timestampMs) =>
        written.push({ group, stream, timestampMs, record: JSON.parse(message) }),
    },
  });
  const { executionArn, events } = await states.run({ secret: 1 });
  return { executionArn, events, written, types: written.map(({ record }) => record['type']) };
}

describe('what an execution logs', () => {
  test.each([
    ['ERROR', ['TaskFailed', 'FailStateEntered', 'ExecutionFailed']],
    ['FATAL', ['ExecutionFailed']],
    ['OFF', []],
  ] as const)('at %s', async (level, types) => {
    expect((await logOf({ level, destinations })).types).toEqual(types);
  });

  test('at ALL is its whole history', async () => {
    const { types, events } = await logOf({ level: 'ALL', destinations });

    expect(types).toEqual(events.map(({ type }) => type));
    expect(types).toContain('ExecutionStarted');
  });

  test('goes to the group and a stream of its machine, as a record of strings', async () => {
    const { written, executionArn } = await logOf({ level: 'FATAL', destinations });

    expect(written).toEqual([
      {
        group: '/shop/machines',
        stream: expect.stringMatching(/^states\/machine\/2026-01-02-03-04\/[0-9a-f]{8}$/),
        timestampMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
        record: {
          id: expect.stringMatching(/^\d+$/),
          type: 'ExecutionFailed',
          details: { error: 'GaveUp', cause: 'It failed.' },
          previous_event_id: expect.stringMatching(/^\d+$/),
          event_timestamp: String(Date.UTC(2026, 0, 2, 3, 4, 5, 678)),
          execution_arn: executionArn,
          redrive_count: '0',
        },
      },
    ]);
  });

  test.each([
    [true, true],
    [false, false],
    [undefined, false],
  ])('has its data or not: includeExecutionData %s', async (includeExecutionData, isIncluded) => {
    const { written } = await logOf({
      level: 'ALL',
      destinations,
      ...(includeExecutionData === undefined ? {} : { includeExecutionData }),
    });

    expect(written.some(({ record }) => JSON.stringify(record).includes('secret'))).toBe(isIncluded);
  });
});
