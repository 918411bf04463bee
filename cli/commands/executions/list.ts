import type { Command, CommandContext } from '../../command.ts';
import { EXIT } from '../../errors.ts';
import { secondsOf, spanOf } from '../../executions/describe.ts';
import { machineOf } from '../../executions/find.ts';
import type { ExecutionReader, ExecutionState, ExecutionStatus } from '../../executions/ports.ts';
import { printable } from '../../output/printable.ts';
import { table } from '../../output/table.ts';
import { took } from '../../output/took.ts';
import { STATE_MACHINES, type Stack, type StateMachineName } from '../../stack.ts';
import { readSince } from '../../times.ts';

const DEFAULT_LIMIT = 20;
const STATUSES: readonly ExecutionStatus[] = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
];

export const listExecutionsCommand: Command = {
  path: ['executions', 'list'],
  summary: "Lists executions of the stack's state machines, the newest first.",
  options: {
    machine: {
      type: 'string',
      value: 'NAME',
      description: 'only of this state machine',
      choices: STATE_MACHINES,
    },
    status: { type: 'string', value: 'NAME', description: 'only those that stand so', choices: STATUSES },
    since: { type: 'string', value: 'TIME', description: 'started since then: 3h, 7d, or ISO 8601' },
    limit: { type: 'string', value: 'N', description: `so many at the most (${DEFAULT_LIMIT})` },
  },
  examples: [
    ['npx devicectl executions list --local', 'the last ones on this machine'],
    [
      'npx devicectl executions list --stage prod --status FAILED --since 7d --limit 100',
      'what failed in a week',
    ],
    [
      'npx devicectl executions list --machine decommission-fleet --json',
      'of one state machine, for a script',
    ],
  ],
  async run(context) {
    const { withExecutions } = await import('../../executions/with-executions.ts');
    return withExecutions(context, (reader, stack) => listExecutions(context, reader, stack));
  },
};

export async function listExecutions(
  context: CommandContext,
  reader: Pick<ExecutionReader, 'list'>,
  stack: Stack,
): Promise<number> {
  const { values, terminal, clock } = context;
  const limit = values.number('limit', { isWhole: true }) ?? DEFAULT_LIMIT;
  const since = values.text('since');
  const sinceMs = since === undefined ? 0 : readSince('since', since, clock.now());
  const machine = values.text('machine') as StateMachineName | undefined;
  const status = values.text('status') as ExecutionStatus | undefined;
  const machines = machine === undefined ? STATE_MACHINES : [machine];
  const all = await newestOf(machines, limit + 1, (name) =>
    takeSince(reader.list(name, status), sinceMs, limit + 1),
  );
  const found = all.slice(0, limit);
  if (values.flag('json')) {
    const executions = found.map((execution) => asJson(execution, stack));
    terminal.out(printable(JSON.stringify({ executions, hasMore: all.length > limit }, null, 2)));
    return EXIT.done;
  }
  if (found.length > 0) {
    const rows = found.map((execution) => asRow(execution, stack, clock.now()));
    terminal.out(table(['started', 'machine', 'status', 'took', 'name'], rows, terminal.columns));
  }
  const more = all.length > limit ? 'There are more: give a higher --limit, or --since.' : '';
  const count = `${found.length} ${found.length === 1 ? 'execution' : 'executions'} of ${stack.where}.`;
  terminal.error(`${count} ${more}`.trim());
  return EXIT.done;
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

function asJson(execution: ExecutionState, stack: Stack): object {
  const { executionArn, name, status } = execution;
  return {
    executionArn,
    machine: machineOf(executionArn, stack),
    name,
    status,
    ...spanOf(execution),
  };
}

function asRow(
  { executionArn, name, status, startedAt, stoppedAt }: ExecutionState,
  stack: Stack,
  nowMs: number,
) {
  return {
    started: new Date(startedAt).toISOString().replace(/\.\d+Z$/, 'Z'),
    machine: machineOf(executionArn, stack),
    status,
    took: took(secondsOf(startedAt, stoppedAt ?? nowMs)),
    name,
  };
}
