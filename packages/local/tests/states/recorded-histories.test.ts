import {
  HandlerError,
  INVOKE,
  type Outcome,
  runMachine,
} from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';

/** `id ← previousEventId type`, as the history of AWS has it. */
function links({ events }: Outcome): string[] {
  return events.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);
}

const HANDLE = { StartAt: 'HandleItem', States: { HandleItem: { Type: 'Pass', End: true } } };
const FAIL = {
  StartAt: 'HandleItemFail',
  States: { HandleItemFail: { Type: 'Fail', Error: 'HandleItemFailError', Cause: 'HandleItemFailCause' } },
};
const map = (fields: object, others: object = {}) => ({
  StartAt: 'MapState',
  States: { MapState: { Type: 'Map', Items: [1], ...fields, ...others } },
});

/** What AWS has answered to the tests of LocalStack, by the folder of `tests/aws/services/stepfunctions/v2`. */
const RECORDED: readonly (readonly [source: string, definition: object, events: string[]])[] = [
  [
    'evaluate_jsonata: test_base_map[ITEMS]',
    map({ Items: [1, 2, 3], MaxConcurrency: 1, ItemProcessor: HANDLE }, { End: true }),
    [
      '1<0 ExecutionStarted',
      '2<0 MapStateEntered',
      '3<2 MapStateStarted',
      '4<3 MapIterationStarted',
      '5<4 PassStateEntered',
      '6<5 PassStateExited',
      '7<6 MapIterationSucceeded',
      '8<6 MapIterationStarted',
      '9<8 PassStateEntered',
      '10<9 PassStateExited',
      '11<10 MapIterationSucceeded',
      '12<10 MapIterationStarted',
      '13<12 PassStateEntered',
      '14<13 PassStateExited',
      '15<14 MapIterationSucceeded',
      '16<15 MapStateSucceeded',
      '17<15 MapStateExited',
      '18<17 ExecutionSucceeded',
    ],
  ],
  [
    'scenarios: test_map_state_retry',
    map({ ItemProcessor: FAIL, Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }] }, { End: true }),
    [
      '1<0 ExecutionStarted',
      '2<0 MapStateEntered',
      '3<2 MapStateStarted',
      '4<3 MapIterationStarted',
      '5<4 FailStateEntered',
      '6<5 MapIterationFailed',
      '7<5 MapStateStarted',
      '8<7 MapIterationStarted',
      '9<8 FailStateEntered',
      '10<9 MapIterationFailed',
      '11<9 MapStateStarted',
      '12<11 MapIterationStarted',
      '13<12 FailStateEntered',
      '14<13 MapIterationFailed',
      '15<13 MapStateFailed',
      '16<15 ExecutionFailed',
    ],
  ],
  [
    'scenarios: test_map_state_catch',
    {
      StartAt: 'MapState',
      States: {
        MapState: {
          Type: 'Map',
          Items: [1],
          ItemProcessor: FAIL,
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'FinalCaught' }],
          End: true,
        },
        FinalCaught: { Type: 'Pass', End: true },
      },
    },
    [
      '1<0 ExecutionStarted',
      '2<0 MapStateEntered',
      '3<2 MapStateStarted',
      '4<3 MapIterationStarted',
      '5<4 FailStateEntered',
      '6<5 MapIterationFailed',
      '7<5 MapStateFailed',
      '8<7 MapStateExited',
      '9<8 PassStateEntered',
      '10<9 PassStateExited',
      '11<10 ExecutionSucceeded',
    ],
  ],
  [
    'scenarios: test_parallel_state, of which one branch',
    {
      StartAt: 'ParallelState',
      States: { ParallelState: { Type: 'Parallel', Branches: [HANDLE], End: true } },
    },
    [
      '1<0 ExecutionStarted',
      '2<0 ParallelStateEntered',
      '3<2 ParallelStateStarted',
      '4<3 PassStateEntered',
      '5<4 PassStateExited',
      '6<5 ParallelStateSucceeded',
      '7<5 ParallelStateExited',
      '8<7 ExecutionSucceeded',
    ],
  ],
  [
    'error_handling: test_start_large_input',
    {
      StartAt: 'State_1',
      States: { State_1: { Type: 'Pass', Output: 'x'.repeat(262_143), End: true } },
    },
    ['1<0 ExecutionStarted', '2<0 PassStateEntered', '3<2 ExecutionFailed'],
  ],
];

describe('histories, as AWS has recorded them', () => {
  it.each(RECORDED)('%s', async (_, definition, expected) => {
    expect(links(await runMachine(definition))).toEqual(expected);
  });

  it('tell of no end of an iteration whose branches end each other', async () => {
    const branch = (state: object) => ({ StartAt: 'In', States: { In: state } });
    const Branches = [FAIL, branch({ Type: 'Wait', Seconds: 60, End: true })];
    const { events } = await runMachine(
      map(
        {
          ItemProcessor: {
            StartAt: 'Both',
            States: {
              Both: {
                Type: 'Parallel',
                Branches,
                Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
                End: true,
              },
              Caught: { Type: 'Succeed' },
            },
          },
        },
        { End: true },
      ),
    );
    const types = events.map(({ type }) => type).filter((type) => /Iteration|Aborted/.test(type));
    expect(types).toEqual(['MapIterationStarted', 'WaitStateAborted', 'MapIterationSucceeded']);
  });

  it('have no assignedVariables for an empty Assign (assign: test_base_cases[BASE_EMPTY])', async () => {
    const { events } = await runMachine({
      StartAt: 'State0',
      States: { State0: { Type: 'Pass', Assign: {}, End: true } },
    });
    expect(events[2]).toMatchObject({ type: 'PassStateExited' });
    expect(events[2]?.['stateExitedEventDetails']).not.toHaveProperty('assignedVariables');
  });

  it('tell which tasks a failed iteration ends (timeouts: test_service_lambda_map_timeout)', async () => {
    const ItemProcessor = { StartAt: 'Invoke', States: { Invoke: { ...INVOKE, End: true } } };
    const { events } = await runMachine(
      map({ Items: [1, 2, 3], ItemProcessor }, { End: true }),
      {},
      {
        handler: async (event) => {
          if (event === 1) throw new HandlerError({ errorType: 'Broken' });
          await new Promise(() => undefined);
        },
      },
    );
    const failed = events.find(({ type }) => type === 'TaskFailed')?.id ?? 0;
    expect(events.slice(failed).map(({ previousEventId, type }) => [previousEventId, type])).toEqual([
      [failed, 'MapIterationFailed'],
      [failed, 'TaskStateAborted'],
      [failed, 'MapIterationAborted'],
      [failed, 'TaskStateAborted'],
      [failed, 'MapIterationAborted'],
      [failed, 'TaskStateAborted'],
      [failed, 'MapStateFailed'],
      [failed + 7, 'ExecutionFailed'],
    ]);
  });
});
