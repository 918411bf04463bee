import { CliError } from '@device-lifecycle/operator/errors.ts';
import type { CheckedFile } from '@device-lifecycle/operator/fleet/check-file.ts';
import { countsOfMove } from '@device-lifecycle/operator/fleet/counts.ts';
import { follow } from '@device-lifecycle/operator/fleet/follow.ts';
import type { FleetTools, Run } from '@device-lifecycle/operator/fleet/ports.ts';
import { costOf } from '@device-lifecycle/operator/fleet/prices.ts';
import { DEFAULT_QUOTAS } from '@device-lifecycle/operator/fleet/quotas.ts';
import {
  findSlot,
  type RunRequest,
  type RunSlot,
  startRun,
  uploadSource,
} from '@device-lifecycle/operator/fleet/start-run.ts';
import { timeOfCredentials, timeOfMove } from '@device-lifecycle/operator/fleet/time.ts';
import { placeOf, type Stack } from '@device-lifecycle/operator/stack.ts';
import type { CommandContext } from '../command.ts';
import { confirm } from '../confirm.ts';
import { usd } from '../output/usd.ts';
import { duration } from '../progress.ts';
import { conclude } from './conclude.ts';
import { commandLine, readPace } from './options.ts';
import { chooseReportPath } from './report-path.ts';
import { devices, printDetached } from './summary.ts';

export interface Undertaking {
  readonly request: RunRequest;
  readonly file: CheckedFile;
  /** Unless `--report` names another. */
  readonly reportPath: string;
}

const VERBS = { decommission: 'Decommission', restore: 'Restore' } as const;
const TITLES = { decommission: 'Decommissioning', restore: 'Restoring' } as const;

/**
 * Asks, uploads, starts (or attaches to what runs already), shows progress and writes the report. Resolves to the exit
 * code.
 */
export async function carryOut(
  context: CommandContext,
  tools: FleetTools,
  stack: Stack,
  { request, file, reportPath: byDefault }: Undertaking,
): Promise<number> {
  const { values } = context;
  const { source, lineOf } = file;
  const slot = await findSlot(tools, stack, request, source);
  const { executionArn } = slot;
  const reportPath = await chooseReportPath({ named: values.text('report'), byDefault, executionArn });
  const run = slot.running ?? (await begin(context, tools, stack, { slot, request, file }));
  tellWhich(context, run, slot.running !== undefined);
  const title = request.dryRun === true ? 'Dry run' : TITLES[request.operation];
  const ended = await follow(tools.runs, executionArn, { title, total: source.devices }, context);
  if (ended === undefined) return printDetached(context, run);
  return conclude(context, tools, ended, { reportPath, lineOf });
}

function tellWhich(
  { terminal, values }: CommandContext,
  { name, startedAtMs }: Run,
  isGoingOn: boolean,
): void {
  if (!isGoingOn) {
    terminal.error(`The run is ${name}.`);
    return;
  }
  terminal.error(`The same run is going on already, since ${new Date(startedAtMs).toISOString()}: ${name}.`);
  if (Object.keys(readPace(values)).length === 0) return;
  const line = commandLine(values, 'fleet', 'adjust', name);
  terminal.error(`It goes on as it was started; to change how fast it goes: ${line}`);
}

interface Beginning {
  readonly slot: RunSlot;
  readonly request: RunRequest;
  readonly file: CheckedFile;
}

/** @throws CliError when the operator does not mean it */
async function begin(
  context: CommandContext,
  tools: FleetTools,
  stack: Stack,
  { slot, request, file: { source } }: Beginning,
): Promise<Run> {
  const { terminal, values } = context;
  if (slot.earlier !== undefined) {
    const { name, status } = slot.earlier;
    const [advice, command] = adviceOn(slot.earlier);
    terminal.error(
      `The same command was run before, as ${name}, and ended: ${status}. ${advice}: ${commandLine(values, 'fleet', command, name)}`,
    );
  }
  if (request.dryRun !== true) {
    terminal.error(expectation(source.devices, request));
    const reason = request.reason === undefined ? '' : ` (reason: ${request.reason})`;
    const place = await placeOf(stack);
    const what = `${VERBS[request.operation]} ${devices(source.devices)} of ${place}${reason}`;
    const isMeant = await confirm(context, { what, count: source.devices });
    if (!isMeant) throw new CliError('Nothing was started.');
  }
  const key = await uploadSource(tools, source, context);
  return startRun(tools, stack, slot, { ...request, key });
}

/** Where a redrive is refused, or would only fail again, watching says how the run has ended, and writes its report. */
function adviceOn({ status, error, notRedrivable }: Run): readonly [advice: string, command: string] {
  if (error === 'InvalidInput') return ['Why', 'watch'];
  if (status === 'SUCCEEDED' || notRedrivable !== undefined) return ['Its report', 'watch'];
  return ['To go on with it', 'redrive'];
}

/** What it costs and takes, at the defaults: "fleet plan" knows better. */
function expectation(number: number, { operation, maxConcurrency }: RunRequest): string {
  const fleet = { devices: number };
  const pace = maxConcurrency === undefined ? {} : { maxConcurrency };
  const { totalUsd } = costOf(countsOfMove(fleet));
  const moving = duration(Math.ceil(timeOfMove(fleet, DEFAULT_QUOTAS, pace).seconds));
  const credentials = duration(Math.ceil(timeOfCredentials(fleet, DEFAULT_QUOTAS).seconds));
  const state = operation === 'decommission' ? 'off' : 'on again';
  return `${devices(number)}: ${usd(totalUsd)} and about ${moving} to move, and ${credentials} until the last of as many certificates is ${state}.`;
}
