import { CliError, EXIT, Interrupted, UsageError } from '@device-lifecycle/operator/errors.ts';
import { follow } from '@device-lifecycle/operator/fleet/follow.ts';
import type { FleetTools, Run } from '@device-lifecycle/operator/fleet/ports.ts';
import { proposalOf, startProposal } from '@device-lifecycle/operator/fleet/stale.ts';
import { type UseFleet, useFleetOf } from '@device-lifecycle/operator/fleet/use-fleet.ts';
import { describeCause } from '@device-lifecycle/operator/output/cause.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { Values } from '@device-lifecycle/operator/values.ts';
import type { Command, CommandContext } from '../command.ts';
import { commandLine } from '../fleet/options.ts';
import { assertIsNew, saveObject } from '../fleet/save-object.ts';
import { devices } from '../fleet/summary.ts';

export const staleCommand: Command = {
  path: ['stale'],
  summary: 'Lists devices that were not seen for long in a CSV for "fleet decommission"; changes nothing.',
  options: {
    unseen: { type: 'string', value: 'TIME', description: 'for how long: 90d or 12h; has to be given' },
    out: { type: 'string', value: 'FILE', description: 'where the list goes; has to be given' },
  },
  examples: [
    ['npx devicectl stale --unseen 90d --out stale.csv', 'neither a heartbeat nor a connection for 90 days'],
    ['npx devicectl fleet decommission stale.csv --reason unseen', 'when you have looked through it'],
  ],
  run: (context) => listStale(context, useFleetOf(context)),
};

const HOURS = { d: 24, h: 1 } as const;

export async function listStale(context: CommandContext, useFleet: UseFleet): Promise<number> {
  const { values } = context;
  const unseenDays = readUnseenDays(values);
  const out = values.text('out');
  if (out === undefined) throw new UsageError('Name with --out the file that the list goes to.');
  await assertIsNew(out);
  return useFleet(async (tools, stack) => {
    const run = await propose(context, tools, stack, unseenDays);
    const { key, devices: found, seenBefore } = proposalOf(run);
    await saveObject(tools.bucket, key, out);
    tell(context, { out, found, seenBefore, run });
    return EXIT.done;
  });
}

function readUnseenDays(values: Values): number {
  const text = values.text('unseen');
  if (text === undefined) throw new UsageError('Say with --unseen for how long: 90d, for example.');
  const [, number, unit] = /^(\d+(?:\.\d+)?)([dh])$/.exec(text) ?? [];
  const days = (Number(number) * HOURS[unit === 'h' ? 'h' : 'd']) / HOURS.d;
  if (days > 0) return days;
  throw new UsageError(`--unseen ${text} is not a time: give days or hours, such as 90d or 12h.`);
}

/** Resolves to the execution once it has succeeded. Nobody waits for one that is interrupted: it is stopped. */
async function propose(
  context: CommandContext,
  { runs }: FleetTools,
  stack: Stack,
  unseenDays: number,
): Promise<Run> {
  const { name, executionArn } = await startProposal({ runs }, stack, unseenDays, context.clock);
  const ended = await follow(runs, executionArn, { title: 'Looking through all devices, parts' }, context);
  if (ended === undefined) {
    await runs.stop(executionArn, 'Interrupted');
    throw new Interrupted('the search was stopped');
  }
  const { run } = ended;
  if (run.status === 'SUCCEEDED') return run;
  throw new CliError(
    `The search ${name} has ended ${run.status} (${run.error ?? 'no error'}: ${describeCause(run.cause ?? 'no cause')}): try again, or look with "executions show".`,
  );
}

interface Told {
  readonly out: string;
  readonly found: number;
  /** Epoch milliseconds. */
  readonly seenBefore: number;
  readonly run: Run;
}

function tell({ values, terminal }: CommandContext, { out, found, seenBefore, run }: Told): void {
  const since = new Date(seenBefore).toISOString();
  if (values.flag('json')) {
    const { name: execution, executionArn } = run;
    const answer = { execution, executionArn, devices: found, seenBefore: since, file: out };
    terminal.out(JSON.stringify(answer, null, 2));
    return;
  }
  terminal.error(`${devices(found)} not seen since ${since}, in ${out}. Nothing was changed.`);
  if (found > 0) {
    const next = commandLine(values, 'fleet', 'decommission', out, '--reason', 'unseen');
    terminal.error(`When you have looked through it: ${next}`);
  }
}
