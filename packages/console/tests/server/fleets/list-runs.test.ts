import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createClients } from '../../../src/server/clients.ts';
import { createFleetConnection } from '../../../src/server/fleets/connection.ts';
import { createRunList } from '../../../src/server/fleets/list-runs.ts';

const stack = { ...testStack, clientConfig: { region: 'eu-west-1', maxAttempts: 1 } };
const clients = createClients(stack);
const connection = createFleetConnection({ stack, clients });

interface Execution {
  readonly name: string;
  readonly machine: string;
  readonly startedAt: number;
  stoppedAt?: number;
}

/** Step Functions, with these executions, each with ten devices. */
function withExecutions(executions: readonly Execution[]): { readonly asked: string[] } {
  const asked: string[] = [];
  const arnOf = ({ machine, name }: Execution) =>
    `arn:aws:states:eu-west-1:123456789012:execution:${stack.name}-${machine}:${name}`;
  const described = (execution: Execution) => ({
    executionArn: arnOf(execution),
    name: execution.name,
    status: execution.stoppedAt === undefined ? 'RUNNING' : 'SUCCEEDED',
    startDate: new Date(execution.startedAt),
    ...(execution.stoppedAt !== undefined && { stopDate: new Date(execution.stoppedAt) }),
  });
  jest.spyOn(clients.states, 'send').mockImplementation((async (command: { readonly input: object }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    const { stateMachineArn = '', executionArn = '' } = command.input as Record<string, string>;
    asked.push([name, executionArn.split(':').at(-1)].join(' ').trim());
    const found = executions.find((execution) => arnOf(execution) === executionArn);
    switch (name) {
      case 'ListExecutions':
        return {
          executions: executions.filter(({ machine }) => stateMachineArn.endsWith(machine)).map(described),
        };
      case 'DescribeExecution':
        return found && { ...described(found), input: '{"reason":"recall"}' };
      case 'ListMapRuns':
        return { mapRuns: [{ mapRunArn: 'arn:map' }] };
      default:
        return { status: 'SUCCEEDED', itemCounts: { total: 10, succeeded: 9, failed: 1 } };
    }
  }) as typeof clients.states.send);
  return { asked };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the list of runs', () => {
  it('has those of all three machines, the newest first, and says whether there are more', async () => {
    withExecutions([
      { name: 'one', machine: 'decommission-fleet', startedAt: 1, stoppedAt: 5 },
      { name: 'two', machine: 'propose-stale', startedAt: 2, stoppedAt: 5 },
      { name: 'three', machine: 'restore-fleet', startedAt: 3 },
    ]);
    const list = createRunList({ stack, clients }, connection, { failedOf: () => undefined });
    const { runs, hasMore } = await list(2);
    expect(runs.map(({ name, kind }) => [name, kind])).toEqual([
      ['three', 'restore'],
      ['two', 'stale'],
    ]);
    expect(hasMore).toBe(true);
    expect(runs[0]).toMatchObject({ reason: 'recall', counts: { done: 10, failed: 1, total: 10 } });
  });

  it('asks again only after what may have changed', async () => {
    const executions: Execution[] = [
      { name: 'ended', machine: 'decommission-fleet', startedAt: 1, stoppedAt: 5 },
      { name: 'running', machine: 'restore-fleet', startedAt: 3 },
    ];
    const { asked } = withExecutions(executions);
    const list = createRunList({ stack, clients }, connection, { failedOf: () => undefined });
    await list(9);
    asked.length = 0;
    await list(9);
    expect(asked.filter((call) => call !== 'ListExecutions')).toEqual([
      'DescribeExecution running',
      'DescribeMapRun',
    ]);
    // A redrive has ended at another time.
    for (const execution of executions) execution.stoppedAt = 9;
    asked.length = 0;
    await list(9);
    expect(asked).toContain('DescribeExecution ended');
  });

  it('says how many devices have failed where their results were read, also once it is remembered', async () => {
    withExecutions([
      { name: 'read', machine: 'decommission-fleet', startedAt: 1, stoppedAt: 5 },
      { name: 'unread', machine: 'decommission-fleet', startedAt: 1, stoppedAt: 6 },
      { name: 'running', machine: 'restore-fleet', startedAt: 3 },
    ]);
    const known = new Map<number | undefined, number>();
    const list = createRunList({ stack, clients }, connection, {
      failedOf: ({ endedAtMs }) => known.get(endedAtMs),
    });
    await list(9);
    known.set(5, 3).set(undefined, 7);
    const { runs } = await list(9);
    expect(Object.fromEntries(runs.map(({ name, failedDevices }) => [name, failedDevices]))).toEqual({
      read: 3,
      unread: undefined,
      running: undefined,
    });
  });
});
