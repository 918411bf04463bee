import { redriveRun } from '@device-lifecycle/operator/fleet/change-run.ts';
import { findRun } from '@device-lifecycle/operator/fleet/find-run.ts';
import { type UseFleet, useFleetOf } from '@device-lifecycle/operator/fleet/use-fleet.ts';
import type { Command, CommandContext } from '../../command.ts';
import { onlyPositional, REPORT_OPTION } from '../../fleet/options.ts';
import { watchRun } from '../../fleet/watch-run.ts';

export const redriveFleetCommand: Command = {
  path: ['fleet', 'redrive'],
  summary: 'Goes on with a run that has failed or was stopped: what of it was done is not done again.',
  positionals: 'EXECUTION',
  options: REPORT_OPTION,
  examples: [
    ['npx devicectl fleet redrive decommission-1f0c…-1', 'within 14 days; shows it as "fleet watch" does'],
  ],
  run: (context) => redriveFleet(context, useFleetOf(context)),
};

export async function redriveFleet(context: CommandContext, useFleet: UseFleet): Promise<number> {
  const wanted = onlyPositional(context.positionals, 'execution, by its name or ARN');
  return useFleet(async (tools, stack) => {
    const found = await findRun(tools, stack, wanted);
    await redriveRun(tools, found.run);
    return watchRun(context, tools, found);
  });
}
