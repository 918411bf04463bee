import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { describeExecution } from '@device-lifecycle/operator/executions/describe.ts';
import type { MapRunState } from '@device-lifecycle/operator/executions/ports.ts';
import { executionStateOf } from '@device-lifecycle/operator/executions/starter.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { ExecutionDetails } from '../../contract/executions.ts';
import { ApiError } from '../api-error.ts';
import { problemOf } from '../problem.ts';
import { describeVisits } from './visits.ts';

/** Errors are those of the SDK. @throws ApiError where there is none */
export async function describe(client: SFNClient, executionArn: string): Promise<DescribeExecutionOutput> {
  try {
    return await client.send(new DescribeExecutionCommand({ executionArn }));
  } catch (cause) {
    if (Object(cause).name !== 'ExecutionDoesNotExist') throw cause;
    throw new ApiError(
      'notFound',
      `There is no execution ${executionArn}: Step Functions forgets them 90 days after their end.`,
      { cause },
    );
  }
}

interface Parts {
  readonly described: DescribeExecutionOutput;
  readonly events: readonly HistoryEvent[];
  /** Epoch milliseconds, of the stack's clock. */
  readonly nowMs: number;
  mapRun(mapRunArn: string): Promise<MapRunState>;
}

/** Puts together what is shown of an execution. `events`: read after it was described. */
export async function detailsOf(
  { described, events, nowMs, mapRun }: Parts,
  stack: Stack,
): Promise<ExecutionDetails> {
  const execution = executionStateOf(described);
  const { executionArn, name, status, startedAt, stoppedAt, redriveCount = 0 } = execution;
  const { visits, earlierVisits, states, mapRunArns, isEnded } = describeVisits(events, status);
  // Who may not read them sees the rest all the same.
  const mapRuns = mapRunArns.map((mapRunArn) =>
    mapRun(mapRunArn).catch((error: unknown) => ({ mapRunArn, problem: problemOf(error, stack) })),
  );
  const { machine, input, output, error, message } = describeExecution(
    execution,
    { states: [], mapRunArns: [] },
    [],
    stack,
  );
  return {
    executionArn,
    machine,
    name,
    status,
    startedAt,
    ...(stoppedAt !== undefined && { stoppedAt }),
    nowMs,
    redriveCount,
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(error !== undefined && message !== undefined && { failure: { error, message } }),
    redrive: redriveOf(described),
    visits,
    earlierVisits,
    states,
    mapRuns: await Promise.all(mapRuns),
    // A history is there a moment after what it tells of.
    isFinal: status !== 'RUNNING' && isEnded,
  };
}

function redriveOf({
  redriveStatus,
  redriveStatusReason,
}: DescribeExecutionOutput): ExecutionDetails['redrive'] {
  return {
    isPossible: redriveStatus === 'REDRIVABLE',
    ...(redriveStatusReason !== undefined && { reason: redriveStatusReason }),
  };
}
