import { EXIT } from '@device-lifecycle/operator/errors.ts';
import { secondsOf, spanOf } from '@device-lifecycle/operator/executions/describe.ts';
import { machineOf } from '@device-lifecycle/operator/executions/find.ts';
import { newestExecutions } from '@device-lifecycle/operator/executions/newest.ts';
import type {
  ExecutionReader,
  ExecutionState,
  ExecutionStatus,
} from '@device-lifecycle/operator/executions/ports.ts';
import { printable } from '@device-lifecycle/operator/output/printable.ts';
import { STATE_MACHINES, type Stack, type StateMachineName } from '@device-lifecycle/operator/stack.ts';
import type { Command, CommandContext } from '../../command.ts';
import { table } from '../../output/table.ts';
import { took } from '../../output/took.ts';
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
  const { executions: found, hasMore } = await newestExecutions(reader, {
    ...(machine !== undefined && { machine }),
    ...(status !== undefined && { status }),
    sinceMs,
    limit,
  });
  if (values.flag('json')) {
    const executions = found.map((execution) => asJson(execution, stack));
    terminal.out(printable(JSON.stringify({ executions, hasMore }, null, 2)));
    return EXIT.done;
  }
  if (found.length > 0) {
    const rows = found.map((execution) => asRow(execution, stack, clock.now()));
    terminal.out(table(['started', 'machine', 'status', 'took', 'name'], rows, terminal.columns));
  }
  const more = hasMore ? 'There are more: give a higher --limit, or --since.' : '';
  const count = `${found.length} ${found.length === 1 ? 'execution' : 'executions'} of ${stack.where}.`;
  terminal.error(`${count} ${more}`.trim());
  return EXIT.done;
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
