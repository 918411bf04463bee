import { type ApiEvent, runMachine } from '@device-lifecycle/test-kit/states-under-test.ts';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyMachine } from './any-machine.ts';

const count = (events: readonly ApiEvent[], type: RegExp) =>
  events.filter((event) => type.test(event.type)).length;

it('an execution of any machine ends, with a history that holds together', async () => {
  let ended = 0;
  await fc.assert(
    fc.asyncProperty(anyMachine, async (definition) => {
      const { status, events } = await runMachine(definition);
      expect(status).toMatch(/^(?:SUCCEEDED|FAILED)$/);
      expect(events.at(-1)?.type).toBe(status === 'SUCCEEDED' ? 'ExecutionSucceeded' : 'ExecutionFailed');
      expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
      expect(events.filter(({ id, previousEventId }) => previousEventId >= id)).toEqual([]);
      expect(count(events, /^MapIterationStarted$/)).toBe(
        count(events, /^MapIteration(?:Succeeded|Failed|Aborted)$/),
      );
      expect(count(events, /^WaitStateEntered$/)).toBe(count(events, /^WaitState(?:Exited|Aborted)$/));
      ended += 1;
    }),
    { numRuns: 200 },
  );
  expect(ended).toBe(200);
});
