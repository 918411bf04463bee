import { type ExecutionListItem, ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { ExecutionState, ExecutionStatus } from '@device-lifecycle/operator/executions/ports.ts';
import { executionStateOf } from '@device-lifecycle/operator/executions/starter.ts';
import { STATE_MACHINES, type Stack, type StateMachineName } from '@device-lifecycle/operator/stack.ts';
import { ApiError } from '../api-error.ts';
import { type Cursor, isBeyond, positionAfter } from './cursor.ts';

const MAX_RESULTS = 100;

export interface ListFilter {
  /** All, where none is named. */
  readonly machine?: StateMachineName | undefined;
  readonly status?: ExecutionStatus | undefined;
  readonly limit: number;
  readonly cursor?: Cursor | undefined;
}

export interface ListedPage {
  readonly executions: readonly ExecutionState[];
  /** Absent at the end. */
  readonly cursor?: Cursor;
}

/** An execution, and which of AWS's pages it was on. */
interface Listed {
  readonly machine: StateMachineName;
  readonly execution: ExecutionState;
  readonly token: string | undefined;
}

/**
 * The newest executions of all machines after a cursor. AWS lists those of one machine at a time, so that each list is
 * read no further than it is needed, wherever one is. Errors are those of the SDK.
 */
export async function listPage(client: SFNClient, stack: Stack, filter: ListFilter): Promise<ListedPage> {
  const { machine, limit, cursor } = filter;
  const machines = machine === undefined ? STATE_MACHINES : [machine];
  const lists = await everyOneThatIsThere(machines, (name) => takeOf(client, stack, name, filter));
  const all = lists.flat().sort((one, other) => other.execution.startedAt - one.execution.startedAt);
  const taken = all.slice(0, limit);
  const executions = taken.map(({ execution }) => execution);
  if (all.length <= limit) return { executions };
  const tokens = { ...cursor?.tokens };
  // Each list goes on on the page of the last that was taken of it.
  for (const { machine: name, token } of taken) {
    if (token === undefined) delete tokens[name];
    else tokens[name] = token;
  }
  return { executions, cursor: { ...positionAfter(executions, cursor), tokens } };
}

async function takeOf(
  client: SFNClient,
  stack: Stack,
  machine: StateMachineName,
  { status, limit, cursor }: ListFilter,
): Promise<readonly Listed[]> {
  const stateMachineArn = await stack.stateMachineArn(machine);
  const taken: Listed[] = [];
  let token = cursor?.tokens[machine];
  do {
    const command = new ListExecutionsCommand({
      stateMachineArn,
      maxResults: MAX_RESULTS,
      ...(status !== undefined && { statusFilter: status }),
      ...(token !== undefined && { nextToken: token }),
    });
    const { executions = [], nextToken } = await client.send(command).catch(tellOfExpiry);
    taken.push(
      ...listedOf(executions, machine, token).filter(({ execution }) => isBeyond(execution, cursor)),
    );
    token = nextToken;
  } while (token !== undefined && taken.length <= limit);
  return taken;
}

/** Step Functions' tokens are good for a day, a tab may be older. */
function tellOfExpiry(cause: unknown): never {
  if (Object(cause).name !== 'InvalidToken') throw cause;
  throw new ApiError('invalid', 'This page of the list is too old: begin with the newest again.', { cause });
}

const listedOf = (
  items: readonly ExecutionListItem[],
  machine: StateMachineName,
  token: string | undefined,
): readonly Listed[] => items.map((item) => ({ machine, execution: executionStateOf(item), token }));

/** A stack that was deployed before the console need not have all machines: only when none is there, there is no stack. */
async function everyOneThatIsThere<T>(
  machines: readonly StateMachineName[],
  read: (machine: StateMachineName) => Promise<T>,
): Promise<readonly T[]> {
  const answers = await Promise.allSettled(machines.map(read));
  const failures = answers.filter((answer) => answer.status === 'rejected').map(({ reason }) => reason);
  const fault = failures.find((reason) => Object(reason).name !== 'StateMachineDoesNotExist');
  if (fault !== undefined || failures.length === machines.length) throw fault ?? failures[0];
  return answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => value);
}
