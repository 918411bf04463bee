import { badLines, type CheckedFile, describeProblems } from '@device-lifecycle/operator/fleet/check-file.ts';
import type { Forecast } from '@device-lifecycle/operator/fleet/forecast.ts';
import type { Run } from '@device-lifecycle/operator/fleet/ports.ts';
import type { Tally } from '@device-lifecycle/operator/fleet/tally.ts';
import type { Pace } from '@device-lifecycle/operator/fleet/time.ts';
import { describeCause } from '@device-lifecycle/operator/output/cause.ts';
import { printable } from '@device-lifecycle/operator/output/printable.ts';
import type { CommandContext } from '../command.ts';
import { usd } from '../output/usd.ts';
import { duration } from '../progress.ts';
import { commandLine } from './options.ts';
import { count, describeTally, devices } from './summary.ts';

export interface Plan {
  readonly path: string;
  readonly file: CheckedFile;
  readonly forecast: Forecast;
  /** Of the dry run, where there was one. */
  readonly run?: Run;
  readonly tally?: Tally;
}

/** A contract: see docs/operations.md. */
export function printPlan(
  { values, terminal }: Pick<CommandContext, 'values' | 'terminal'>,
  plan: Plan,
): void {
  terminal.out(printable(values.flag('json') ? JSON.stringify(asJson(plan), null, 2) : asText(plan)));
  if (!values.flag('json')) terminal.error(next(plan, values));
}

function asJson({ file, forecast, run, tally }: Plan): object {
  const { source, problems, problemCount } = file;
  return {
    file: { devices: source.devices, sha256: source.sha256, problemCount, problems },
    ...(run !== undefined && { dryRun: { execution: run.name, status: run.status, ...tally } }),
    forecast,
  };
}

function asText({ file, forecast, run, tally }: Plan): string {
  const { name, source, problemCount } = file;
  const parts = [`${name}: ${devices(source.devices)}, ${badLines(problemCount)}`];
  if (problemCount > 0) parts.push(describeProblems(file));
  if (run !== undefined && run.status !== 'SUCCEEDED') {
    parts.push(
      `The dry run has ended ${run.status} (${run.error ?? 'no error'}: ${describeCause(run.cause ?? 'no cause')}).`,
    );
  }
  if (tally !== undefined) parts.push(describeTally(tally, file.lineOf));
  parts.push(describeForecast(forecast));
  return parts.join('\n\n');
}

function describeForecast({ certificates, costUsd, time, notice }: Forecast): string {
  const { move, credentials, purge, statePerDevice } = costUsd;
  const rows = [
    ['moving', usd(move), takes(time.move)],
    [`${count(certificates)} certificates off`, usd(credentials), takes(time.credentials)],
    ['purge, after the retention', usd(purge), ''],
  ] as const;
  const [left, middle] = [0, 1].map((column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const lines = rows.map(([what, cost, pace]) =>
    `${what.padEnd(left ?? 0)}  ${cost.padStart(middle ?? 0)}  ${pace}`.trimEnd(),
  );
  lines.push(`At list prices of us-east-1; a state machine for each device would be ${usd(statePerDevice)}.`);
  if (notice !== undefined) lines.push(notice);
  return lines.join('\n');
}

function takes({ seconds, perSecond, limitedBy }: Pace): string {
  if (seconds === 0) return '';
  const rate = perSecond.toLocaleString('en', { maximumFractionDigits: 1 });
  return `${duration(Math.ceil(seconds))}: ${rate} a second, limited by ${limitedBy}`;
}

function next({ path, file }: Plan, values: CommandContext['values']): string {
  const skip = file.problemCount > 0 ? ['--skip-bad-lines'] : [];
  const line = commandLine(values, 'fleet', 'decommission', path, '--reason', '…', ...skip);
  return `Nothing was changed. To do it: ${line}`;
}
