import { STATE_MACHINES, type StateMachineName } from '../stack.ts';
import type { ExecutionReader, ExecutionState, ExecutionStatus } from './ports.ts';

interface ExecutionFilter {
  /** One or several; all, where none is named. */
  readonly machine?: StateMachineName | readonly StateMachineName[];
  readonly status?: ExecutionStatus;
  /** Started since then, in epoch milliseconds. */
  readonly sinceMs?: number;
  readonly limit: number;
}

interface NewestExecutions {
  readonly executions: readonly ExecutionState[];
  /** Whether there are others beyond the limit. */
  readonly hasMore: boolean;
}

/** The executions that a filter lets through, the newest first. Errors are those of the SDK. */
export async function newestExecutions(
  reader: Pick<ExecutionReader, 'list'>,
  { machine, status, sinceMs = 0, limit }: ExecutionFilter,
): Promise<NewestExecutions> {
  const machines = machine === undefined ? STATE_MACHINES : [machine].flat();
  const all = await newestOf(machines, limit + 1, (name) =>
    takeSince(reader.list(name, status), sinceMs, limit + 1),
  );
  return { executions: all.slice(0, limit), hasMore: all.length > limit };
}

type Take = (machine: StateMachineName) => Promise<readonly ExecutionState[]>;

/** A stack that was deployed before the tool need not have all machines: only when none is there, there is no stack. */
async function newestOf(
  machines: readonly StateMachineName[],
  limit: number,
  take: Take,
): Promise<readonly ExecutionState[]> {
  const answers = await Promise.allSettled(machines.map(take));
  const failed = answers
    .filter((answer) => answer.status === 'rejected')
    .map(({ reason }) => reason as unknown);
  const [fault] = failed.filter((reason) => Object(reason).name !== 'StateMachineDoesNotExist');
  if (fault !== undefined) throw fault;
  if (failed.length === machines.length) throw failed[0];
  return answers
    .flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    .sort((one, other) => other.startedAt - one.startedAt)
    .slice(0, limit);
}

async function takeSince(
  executions: AsyncIterable<ExecutionState>,
  sinceMs: number,
  limit: number,
): Promise<readonly ExecutionState[]> {
  const taken: ExecutionState[] = [];
  for await (const execution of executions) {
    if (execution.startedAt < sinceMs) break;
    if (taken.push(execution) >= limit) break;
  }
  return taken;
}
