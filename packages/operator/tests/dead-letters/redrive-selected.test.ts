import { START } from '@device-lifecycle/test-kit/clock.ts';
import { failedInvocation } from '@device-lifecycle/test-kit/letters.ts';
import { createTool, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { expect, it } from '@jest/globals';
import { discardSelected } from '../../src/dead-letters/discard-selected.ts';
import { readLetters } from '../../src/dead-letters/read-letters.ts';
import { redriveSelected } from '../../src/dead-letters/redrive-selected.ts';

function withTwoLetters() {
  const tool = createTool();
  const ids = [1, 2].map((n) => tool.queue.send(failedInvocation(`dev-${n}`), START + n));
  const { clock, signal } = tool.context();
  const warnings: string[] = [];
  return { tool, ids, options: { clock, signal, warn: (text: string) => void warnings.push(text) } };
}

it('each outcome is told before the next letter is sent', async () => {
  const { tool, ids, options } = withTwoLetters();
  const told: unknown[] = [];
  const { outcomes } = await redriveSelected(
    tool.queue,
    tool.tools,
    { ids: [] },
    {
      ...options,
      rate: 10,
      onOutcome: ({ messageId }, done, total) => void told.push([messageId, done, total, tool.sent.length]),
    },
  );
  expect(told).toEqual([
    [ids[0], 1, 2, 1],
    [ids[1], 2, 2, 2],
  ]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['sent', 'sent']);
  expect(tool.said).toEqual({ out: [], error: [], asked: [], progress: [] });
});

it('letters that are not to be discarded after all stay where they were', async () => {
  const { tool, ids, options } = withTwoLetters();
  const discarding = discardSelected(
    tool.queue,
    tool.tools,
    { ids },
    {
      ...options,
      reason: 'test device',
      onOutcome: () => undefined,
      confirm: async () => {
        throw new Error('No.');
      },
    },
  );
  await expect(discarding).rejects.toThrow('No.');
  expect(tool.written).toEqual([]);
  const { letters } = await readLetters(tool.queue, testStack.name, { error: 'THROTTLED' }, options);
  expect(letters.map(({ messageId }) => messageId)).toEqual(ids);
});
