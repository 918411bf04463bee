import { SFNClient } from '@aws-sdk/client-sfn';
import { STATE_MACHINES } from '@device-lifecycle/operator/stack.ts';
import { jsonAnswer, jsonError, wireConfig } from '@device-lifecycle/test-kit/sdk-answers.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { readCursor, writeCursor } from '../../../src/server/executions/cursor.ts';
import { type ListedPage, listPage } from '../../../src/server/executions/list-page.ts';

interface Listed {
  readonly machine: string;
  readonly startedAt: number;
  readonly name: string;
}

/** Step Functions with these executions, the newest last, and as many on each of its pages. */
function withExecutions(executions: Listed[], pageSize: number, missing: readonly string[] = []) {
  const calls: string[] = [];
  const client = new SFNClient(
    wireConfig(({ input }) => {
      const machine = String(input['stateMachineArn']).split(`${testStack.name}-`)[1] ?? '';
      calls.push(machine);
      if (missing.includes(machine)) return jsonError('StateMachineDoesNotExist', 'It does not exist.');
      const all = executions.filter((one) => one.machine === machine).reverse();
      const { nextToken } = input;
      // As with AWS, a token stands for a place, whatever comes before it.
      const from =
        nextToken === undefined ? 0 : all.findIndex(({ name }) => `after ${name}` === nextToken) + 1;
      const page = all.slice(from, from + pageSize);
      const hasMore = from + pageSize < all.length;
      return jsonAnswer({
        executions: page.map(({ name, startedAt }) => ({
          executionArn: `arn:aws:states:eu-west-1:123456789012:execution:${testStack.name}-${machine}:${name}`,
          name,
          status: 'SUCCEEDED',
          startDate: startedAt / 1_000,
        })),
        ...(hasMore && { nextToken: `after ${page.at(-1)?.name}` }),
      });
    }),
  );
  return { client, calls };
}

const namesOf = ({ executions }: ListedPage): readonly string[] => executions.map(({ name }) => name);

describe('listPage', () => {
  it('shows each once, the newest first, whatever is started meanwhile', async () => {
    const executions = Array.from({ length: 60 }, (_, index) => ({
      machine: STATE_MACHINES[index % 3] ?? '',
      // More in the same millisecond than there are on two pages.
      startedAt: 1_000 + Math.floor(index / 20),
      name: `e${index}`,
    }));
    const before = executions.map(({ name }) => name);
    const { client } = withExecutions(executions, 4);
    const seen: string[] = [];
    let page = await listPage(client, testStack, { limit: 7 });
    for (let round = 0; page.cursor !== undefined; round += 1) {
      seen.push(...namesOf(page));
      executions.push({ machine: STATE_MACHINES[0], startedAt: 9_000 + round, name: `new${round}` });
      page = await listPage(client, testStack, { limit: 7, cursor: readCursor(writeCursor(page.cursor)) });
    }
    seen.push(...namesOf(page));
    expect(seen.toSorted()).toEqual(before.toSorted());
    const times = seen.map((name) => executions.find((one) => one.name === name)?.startedAt ?? 0);
    expect(times).toEqual(times.toSorted((one, other) => other - one));
  });

  it('goes on where it was, and does not read all again', async () => {
    const executions = Array.from({ length: 400 }, (_, index) => ({
      machine: 'purge-device',
      startedAt: index,
      name: `e${index}`,
    }));
    const { client, calls } = withExecutions(executions, 10);
    let page = await listPage(client, testStack, { limit: 10 });
    for (let round = 0; round < 20 && page.cursor !== undefined; round += 1) {
      calls.length = 0;
      page = await listPage(client, testStack, { limit: 10, cursor: page.cursor });
    }
    expect(namesOf(page)[0]).toBe('e199');
    expect(calls.filter((machine) => machine === 'purge-device').length).toBeLessThanOrEqual(3);
  });

  it('is there without a machine that an older stack does not have; without all of them there is no stack', async () => {
    const executions = [{ machine: 'hold-device', startedAt: 1, name: 'one' }];
    const older = withExecutions(executions, 10, ['propose-stale']);
    expect(namesOf(await listPage(older.client, testStack, { limit: 10 }))).toEqual(['one']);
    const { client } = withExecutions([], 10, STATE_MACHINES);
    await expect(listPage(client, testStack, { limit: 10 })).rejects.toThrow('It does not exist.');
  });

  it('says what to do where AWS has forgotten the place, as after a day', async () => {
    const client = new SFNClient(wireConfig(() => jsonError('InvalidToken', 'Invalid Token.')));
    const page = listPage(client, testStack, { limit: 10, cursor: { startedAt: 1, shown: [], tokens: {} } });
    await expect(page).rejects.toMatchObject({ kind: 'invalid', message: /begin with the newest again/ });
  });

  it('does not take a cursor that is none', () => {
    expect(() => readCursor('e30')).toThrow('begin at its top again');
    expect(() => readCursor('?')).toThrow('begin at its top again');
  });
});
