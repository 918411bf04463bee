import { readDeviceId } from '@device-lifecycle/operator/device/device-id.ts';
import { type DeviceOperation, startOperation } from '@device-lifecycle/operator/device/start-operation.ts';
import { assertNotInterrupted, CliError, EXIT, UsageError } from '@device-lifecycle/operator/errors.ts';
import { failureOf } from '@device-lifecycle/operator/executions/failure.ts';
import type { ExecutionStarter, ExecutionState } from '@device-lifecycle/operator/executions/ports.ts';
import { printable, printableLine } from '@device-lifecycle/operator/output/printable.ts';
import { placeOf, type Stack, type StateMachineName } from '@device-lifecycle/operator/stack.ts';
import type { CommandContext, OptionDefinitions } from '../command.ts';
import { confirm } from '../confirm.ts';

const POLL_FIRST_MS = 200;
const POLL_LAST_MS = 3_000;

/** Of every command that starts an execution for a device. */
export const OPERATION_OPTIONS: OptionDefinitions = {
  reason: { type: 'string', value: 'TEXT', description: 'why; kept with the record' },
  'request-id': {
    type: 'string',
    value: 'ID',
    description: 'of a request that got no answer, to repeat it without a second effect',
  },
  'no-wait': { type: 'boolean', description: 'tell the executionArn, and do not wait for the end' },
};

/** What a command asks of a state machine. */
export interface Operation {
  readonly machine: StateMachineName;
  /** Fields of the input, beside those that all machines take. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly needsReason?: boolean;
  /** For what takes something away: the question, without the device. */
  readonly question?: (deviceId: string, where: string) => string;
  /** It may wait for a time to come, which is not waited for here. */
  readonly mayBeScheduled?: boolean;
}

/** What `--json` prints. A contract: see docs/operations.md. */
interface Answer {
  readonly deviceId: string;
  readonly executionArn: string;
  readonly status: string;
  readonly output?: unknown;
  readonly error?: string;
  readonly message?: string;
}

/** Starts an execution for one device, waits for its end and tells of it. @throws UsageError, CliError */
export async function operate(
  context: CommandContext,
  executions: ExecutionStarter,
  stack: Stack,
  operation: Operation,
): Promise<number> {
  const { values, positionals, terminal } = context;
  const deviceId = readDeviceId(positionals);
  const { machine, question } = operation;
  const asked = readAsked(context, operation);
  if (question !== undefined) {
    const isMeant = await confirm(context, { what: question(deviceId, await placeOf(stack)), count: 1 });
    if (!isMeant) throw new CliError('Nothing was done.');
  }
  assertNotInterrupted(context.signal);
  const { input } = operation;
  const executionArn = await startOperation(executions, stack, { machine, deviceId, ...asked, input });
  if (values.flag('no-wait')) return tell(context, { deviceId, executionArn, status: 'RUNNING' });
  const progress = terminal.progress(`${machine} ${deviceId}`);
  try {
    const end = await waitForEnd(context, executions, executionArn, operation.mayBeScheduled === true);
    progress.stop();
    return concludeWith(context, deviceId, executionArn, end);
  } finally {
    progress.stop();
  }
}

function readAsked(
  { values }: CommandContext,
  { needsReason, machine }: Operation,
): Pick<DeviceOperation, 'reason' | 'requestId'> {
  const reason = values.text('reason');
  if (needsReason === true && reason === undefined) {
    throw new UsageError(`Say with --reason why: ${machine} keeps it with the record.`);
  }
  const requestId = values.text('request-id');
  return { ...(reason !== undefined && { reason }), ...(requestId !== undefined && { requestId }) };
}

type End = ExecutionState | 'scheduled' | 'interrupted';

async function waitForEnd(
  { clock, signal }: CommandContext,
  executions: ExecutionStarter,
  executionArn: string,
  mayBeScheduled: boolean,
): Promise<End> {
  for (let waitMs = POLL_FIRST_MS; ; waitMs = Math.min(POLL_LAST_MS, waitMs * 1.5)) {
    await clock.sleep(waitMs, signal);
    if (signal.aborted) return 'interrupted';
    const state = await executions.describe(executionArn);
    if (state.status !== 'RUNNING') return state;
    if (!mayBeScheduled) continue;
    if ((await executions.lastEventType(executionArn)) === 'WaitStateEntered') return 'scheduled';
  }
}

function concludeWith(context: CommandContext, deviceId: string, executionArn: string, end: End): number {
  if (end === 'interrupted') {
    context.terminal.error(`It goes on: see npx devicectl executions show ${executionArn}.`);
    return EXIT.interrupted;
  }
  if (end === 'scheduled') return tell(context, { deviceId, executionArn, status: 'SCHEDULED' });
  const { status, output } = end;
  if (status === 'SUCCEEDED') {
    return tell(context, { deviceId, executionArn, status, output: JSON.parse(output ?? 'null') });
  }
  const { error, message, exitCode } = failureOf(end);
  if (context.values.flag('json')) tell(context, { deviceId, executionArn, status, error, message });
  throw new CliError(printableLine(`${error}: ${message} (${executionArn}).`), { exitCode });
}

function tell({ values, terminal }: CommandContext, answer: Answer): number {
  terminal.out(
    values.flag('json')
      ? printable(JSON.stringify(answer, null, 2))
      : printableLine(`${answer.deviceId}: ${sayingOf(answer)}`),
  );
  return EXIT.done;
}

function sayingOf({ status, output, executionArn }: Answer): string {
  if (status === 'RUNNING') return `started as ${executionArn}`;
  if (status === 'SCHEDULED') return `scheduled, as ${executionArn}`;
  const { outcome, deviceId: _, ttl, ...others } = Object(output);
  const until = typeof ttl === 'number' ? [`until ${new Date(ttl * 1000).toISOString()}`] : [];
  const rest = Object.entries(others)
    .filter(([, value]) => typeof value !== 'object')
    .map(([key, value]) => `${key} ${String(value)}`);
  return [outcome, ...until, ...rest].join(', ');
}
