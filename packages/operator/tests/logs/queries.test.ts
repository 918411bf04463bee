import { jsonAnswer, type WireRequest, wireConfig } from '@device-lifecycle/test-kit/sdk-answers.ts';
import { createTool, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { withLogQueries } from '../../src/logs/queries.ts';

const row = [
  { field: 'event', value: 'moved' },
  { field: '@ptr', value: 'xyz' },
];
const definition = (name: string) => ({
  name: `device-lifecycle-dev/${name}`,
  queryString: 'limit 1',
  logGroupNames: ['/a'],
});

const ANSWERS: Readonly<Record<string, (input: WireRequest['input']) => object>> = {
  StartQuery: () => ({ queryId: 'q-1' }),
  StopQuery: () => ({ success: true }),
  GetQueryResults: () => ({
    status: 'Complete',
    results: [row],
    statistics: { recordsMatched: 1, recordsScanned: 2 },
  }),
  DescribeQueryDefinitions: ({ nextToken }) =>
    nextToken === undefined
      ? { queryDefinitions: [definition('ghosts')], nextToken: 'n' }
      : { queryDefinitions: [definition('cold starts')] },
};

describe('CloudWatch Logs Insights', () => {
  it('has the saved queries of a stack, runs them, and tells of rows by their columns', async () => {
    const requests: WireRequest[] = [];
    const clientConfig = wireConfig((request) => {
      requests.push(request);
      return jsonAnswer(ANSWERS[request.operation]?.(request.input) ?? {});
    });
    const context = { ...createTool().context(), connect: async () => ({ ...testStack, clientConfig }) };
    await withLogQueries(context, async (queries) => {
      const saved = await queries.saved();
      expect(saved.map(({ name }) => name)).toEqual(['ghosts', 'cold starts']);
      const request = { queryString: 'limit 1', logGroupNames: ['/a'], startTime: 1, endTime: 2, limit: 3 };
      expect(await queries.start(request)).toBe('q-1');
      expect(await queries.answer('q-1')).toEqual({
        status: 'Complete',
        rows: [{ event: 'moved' }],
        statistics: { recordsMatched: 1, recordsScanned: 2, bytesScanned: 0 },
      });
      await queries.stop('q-1');
    });
    expect(requests[0]?.input['queryDefinitionNamePrefix']).toBe('device-lifecycle-dev/');
    expect(requests.at(-1)).toMatchObject({ operation: 'StopQuery', input: { queryId: 'q-1' } });
  });
});
