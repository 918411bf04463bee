import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Stack } from '../stack.ts';
import type { ExecutionStarter, ExecutionState } from './ports.ts';

export function createExecutionStarter(client: SFNClient, stack: Stack): ExecutionStarter {
  return {
    async start(machine, name, input) {
      const stateMachineArn = await stack.stateMachineArn(machine);
      const { executionArn = '' } = await client.send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
      );
      return executionArn;
    },
    async describe(executionArn) {
      return executionStateOf(await client.send(new DescribeExecutionCommand({ executionArn })));
    },
    async lastEventType(executionArn) {
      const request = { executionArn, reverseOrder: true, maxResults: 1, includeExecutionData: false };
      const { events = [] } = await client.send(new GetExecutionHistoryCommand(request));
      return events[0]?.type;
    },
  };
}

/** Without what AWS leaves out. */
export function executionStateOf(described: DescribeExecutionOutput): ExecutionState {
  const { executionArn = '', name, status = 'RUNNING', startDate, stopDate } = described;
  const { input, output, error, cause, redriveCount } = described;
  return {
    executionArn,
    name: name ?? executionArn.split(':').at(-1) ?? '',
    status,
    startedAt: startDate?.getTime() ?? 0,
    ...(stopDate !== undefined && { stoppedAt: stopDate.getTime() }),
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(redriveCount !== undefined && redriveCount > 0 && { redriveCount }),
  };
}
