import { GetExecutionHistoryCommand, paginateGetExecutionHistory } from '@aws-sdk/client-sfn';
import { describe, expect, it } from '@jest/globals';
import { MACHINE, statesApi } from '../states-api.ts';

const api = statesApi();

describe('GetExecutionHistory', () => {
  it('pages forwards and backwards', async () => {
    const { executionArn } = await api.start();
    await api.clock.advance(0);
    const ids = async (reverseOrder: boolean) => {
      const pages: (number | undefined)[][] = [];
      for await (const { events } of paginateGetExecutionHistory(
        { client: api.client, pageSize: 3 },
        { executionArn, reverseOrder },
      )) {
        pages.push(events?.map(({ id }) => id) ?? []);
      }
      return pages;
    };
    expect(await ids(false)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8],
    ]);
    expect(await ids(true)).toEqual([
      [8, 7, 6],
      [5, 4, 3],
      [2, 1],
    ]);
  });

  it('leaves payloads out on request', async () => {
    const { executionArn } = await api.start();
    await api.clock.advance(0);
    const { events } = await api.client.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
    );
    expect(events?.[0]?.executionStartedEventDetails).toEqual({ roleArn: MACHINE.roleArn });
    expect(events?.[1]?.stateEnteredEventDetails).toEqual({ name: 'Wait' });
    expect(events?.[1]?.timestamp).toEqual(new Date('2026-01-01'));
  });

  it('takes only its own tokens', async () => {
    const { executionArn } = await api.start();
    await api.clock.advance(0);
    const { nextToken } = await api.client.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1 }),
    );
    const other = await api.start();
    for (const token of [
      { executionArn, nextToken: 'x' },
      { executionArn: other.executionArn, nextToken },
    ]) {
      await expect(api.client.send(new GetExecutionHistoryCommand(token))).rejects.toMatchObject({
        name: 'InvalidToken',
      });
    }
  });
});
