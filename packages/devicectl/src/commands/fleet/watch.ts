import { findRun } from '@device-lifecycle/operator/fleet/find-run.ts';
import { type UseFleet, useFleetOf } from '@device-lifecycle/operator/fleet/use-fleet.ts';
import type { Command, CommandContext } from '../../command.ts';
import { onlyPositional, REPORT_OPTION } from '../../fleet/options.ts';
import { watchRun } from '../../fleet/watch-run.ts';

export const watchFleetCommand: Command = {
  path: ['fleet', 'watch'],
  summary: 'Shows a run until it has ended, from any machine, and writes its report.',
  positionals: 'EXECUTION',
  options: REPORT_OPTION,
  examples: [
    [
      'npx devicectl fleet watch decommission-1f0c…-1',
      'by its name; the report is decommission-1f0c…-1.report.csv',
    ],
    ['npx devicectl fleet watch arn:aws:states:… --report lot-7.report.csv', 'by its ARN'],
  ],
  run: (context) => watchFleet(context, useFleetOf(context)),
};

export async function watchFleet(context: CommandContext, useFleet: UseFleet): Promise<number> {
  const wanted = onlyPositional(context.positionals, 'execution, by its name or ARN');
  return useFleet(async (tools, stack) => watchRun(context, tools, await findRun(tools, stack, wanted)));
}
