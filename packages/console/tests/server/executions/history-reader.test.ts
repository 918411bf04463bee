import { SFNClient } from '@aws-sdk/client-sfn';
import { jsonAnswer, wireConfig } from '@device-lifecycle/test-kit/sdk-answers.ts';
import { describe, expect, it } from '@jest/globals';
import { createHistoryReader } from '../../../src/server/executions/history-reader.ts';

/** An execution with so many events, told from the end. */
function withEvents(count: { of: number }) {
  const asked: unknown[] = [];
  const client = new SFNClient(
    wireConfig(({ input }) => {
      const from = input['nextToken'] === undefined ? count.of : Number(input['nextToken']);
      const size = Math.min(from, Number(input['maxResults']));
      const events = Array.from({ length: size }, (_, index) => ({
        id: from - index,
        previousEventId: from - index - 1,
        timestamp: from - index,
        type: 'TaskFailed',
        taskFailedEventDetails: { resourceType: 'lambda', resource: 'invoke', error: 'E', cause: 'long' },
      }));
      asked.push(input['maxResults']);
      return jsonAnswer({ events, ...(from > size && { nextToken: String(from - size) }) });
    }),
  );
  return { read: createHistoryReader(client), asked };
}

describe('createHistoryReader', () => {
  it('reads all once, then what is new, however much that is', async () => {
    const count = { of: 2_500 };
    const { read, asked } = withEvents(count);
    expect((await read('arn')).map(({ id }) => id)).toEqual(Array.from({ length: 2_500 }, (_, i) => i + 1));
    expect(asked).toEqual([1_000, 1_000, 1_000]);
    count.of = 2_750;
    const [first, second] = await Promise.all([read('arn'), read('arn')]);
    expect(first.map(({ id }) => id)).toEqual(Array.from({ length: 2_750 }, (_, i) => i + 1));
    expect(second).toHaveLength(2_750);
    expect(asked.slice(3)).toEqual([100, 100, 100, 100, 100, 100]);
  });

  it('keeps what is told of a failure, and not what went in and out', async () => {
    const { read } = withEvents({ of: 1 });
    const [event] = await read('arn');
    expect(event?.taskFailedEventDetails).toEqual({ resourceType: '', resource: '', error: 'E' });
  });

  it('forgets the executions that were looked at long ago', async () => {
    const { read, asked } = withEvents({ of: 3 });
    for (const arn of ['a', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'a']) await read(arn);
    expect(asked).toEqual([1_000, 100, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
  });
});
