import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  type HistoryEvent,
  paginateGetExecutionHistory,
  paginateListExecutions,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { Stack } from '../stack.ts';
import { summariseHistory } from './history.ts';
import type { ExecutionReader } from './ports.ts';
import { executionStateOf } from './starter.ts';

const PAGE_EXECUTIONS = 100;
const PAGE_EVENTS = 1_000;

export function createExecutionReader(client: SFNClient, stack: Stack): ExecutionReader {
  return {
    async *list(machine, status) {
      const stateMachineArn = await stack.stateMachineArn(machine);
      const pages = paginateListExecutions(
        { client, pageSize: PAGE_EXECUTIONS },
        { stateMachineArn, ...(status !== undefined && { statusFilter: status }) },
      );
      for await (const { executions = [] } of pages) yield* executions.map(executionStateOf);
    },
    async find(executionArn) {
      try {
        return executionStateOf(await client.send(new DescribeExecutionCommand({ executionArn })));
      } catch (error) {
        if (Object(error).name === 'ExecutionDoesNotExist') return undefined;
        throw error;
      }
    },
    async history(executionArn) {
      const events: HistoryEvent[] = [];
      const request = { executionArn, includeExecutionData: true };
      for await (const page of paginateGetExecutionHistory({ client, pageSize: PAGE_EVENTS }, request)) {
        events.push(...(page.events ?? []));
      }
      return summariseHistory(events);
    },
    async mapRun(mapRunArn) {
      const described = await client.send(new DescribeMapRunCommand({ mapRunArn }));
      const { status = 'RUNNING', startDate, stopDate, maxConcurrency = 0 } = described;
      const { toleratedFailurePercentage = 0, toleratedFailureCount = 0 } = described;
      const { itemCounts = {}, executionCounts = {} } = described;
      return {
        mapRunArn,
        status,
        startedAt: startDate?.getTime() ?? 0,
        ...(stopDate !== undefined && { stoppedAt: stopDate.getTime() }),
        maxConcurrency,
        toleratedFailurePercentage,
        toleratedFailureCount,
        items: { ...itemCounts },
        executions: { ...executionCounts },
      };
    },
  };
}
