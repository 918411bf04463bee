import { newestExecutions } from '@device-lifecycle/operator/executions/newest.ts';
import type { ExecutionReader, ExecutionStatus } from '@device-lifecycle/operator/executions/ports.ts';
import type { Count, ExecutionCounts } from '../../contract/overview.ts';

const DAY_MS = 86_400_000;
/** With one more to see whether there are others, a page of each machine. */
const MOST = 99;

/** Counts executions, as far as one page of each machine tells. `nowMs`: the stack's. Errors are those of the SDK. */
export async function countExecutions(
  reader: Pick<ExecutionReader, 'list'>,
  nowMs: number,
): Promise<ExecutionCounts> {
  const of = async (status: ExecutionStatus, sinceMs: number): Promise<Count> => {
    const { executions, hasMore } = await newestExecutions(reader, { status, sinceMs, limit: MOST });
    return { count: executions.length, isAtLeast: hasMore };
  };
  const [running, failed, timedOut] = await Promise.all([
    of('RUNNING', 0),
    of('FAILED', nowMs - DAY_MS),
    of('TIMED_OUT', nowMs - DAY_MS),
  ]);
  return {
    running,
    failed: {
      count: failed.count + timedOut.count,
      isAtLeast: failed.isAtLeast || timedOut.isAtLeast,
    },
  };
}
