import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { failureOf } from '@device-lifecycle/operator/executions/failure.ts';
import type { ExecutionState } from '@device-lifecycle/operator/executions/ports.ts';
import { executionStateOf } from '@device-lifecycle/operator/executions/starter.ts';
import { kindOf } from '@device-lifecycle/operator/explain.ts';
import { Bounded } from '../bounded.ts';

const MAX_KEPT = 500;

/** Why executions came to nothing, which lists do not say. Resolves to nothing where it cannot be read. */
export type ReadError = (execution: ExecutionState) => Promise<string | undefined>;

export const hasFailed = ({ status }: Pick<ExecutionState, 'status'>): boolean =>
  status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED';

/** Asks once for each end of an execution, and remembers the last. */
export function createErrorReader(client: SFNClient, maxKept = MAX_KEPT): ReadError {
  const kept = new Bounded<string, Promise<string | undefined>>(maxKept);
  const read = async (executionArn: string): Promise<string> => {
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    return failureOf(executionStateOf(described)).error;
  };
  return (execution) => {
    if (!hasFailed(execution)) return Promise.resolve(undefined);
    const { executionArn, stoppedAt = 0 } = execution;
    const key = `${executionArn} ${stoppedAt}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    // The list is worth showing without: the execution's own view says what keeps it from being read.
    const error = read(executionArn).catch((problem: unknown) => {
      if (kindOf(problem) !== 'forbidden') kept.delete(key);
      return undefined;
    });
    kept.set(key, error);
    return error;
  };
}
