import type { FoundRun } from '@device-lifecycle/operator/fleet/find-run.ts';
import { follow } from '@device-lifecycle/operator/fleet/follow.ts';
import type { FleetTools, Run } from '@device-lifecycle/operator/fleet/ports.ts';
import type { CommandContext } from '../command.ts';
import { conclude } from './conclude.ts';
import { chooseReportPath } from './report-path.ts';
import { printDetached } from './summary.ts';

/** The name of the report of a run, whose file is not here. */
export function reportPathFor(
  { values }: Pick<CommandContext, 'values'>,
  { name, executionArn }: Pick<Run, 'name' | 'executionArn'>,
): Promise<string> {
  const byDefault = `${name}.report.csv`;
  return chooseReportPath({ named: values.text('report'), byDefault, executionArn });
}

/** Shows a run until it has ended, and writes its report. Resolves to the exit code. */
export async function watchRun(
  context: CommandContext,
  tools: FleetTools,
  { run, total }: FoundRun,
): Promise<number> {
  const reportPath = await reportPathFor(context, run);
  const options = { title: run.name, ...(total !== undefined && { total }) };
  const ended = await follow(tools.runs, run.executionArn, options, context);
  if (ended === undefined) return printDetached(context, run);
  return conclude(context, tools, ended, { reportPath });
}
