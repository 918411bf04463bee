import { EXIT } from '@device-lifecycle/operator/errors.ts';
import { stopRun } from '@device-lifecycle/operator/fleet/change-run.ts';
import { findRun } from '@device-lifecycle/operator/fleet/find-run.ts';
import { follow } from '@device-lifecycle/operator/fleet/follow.ts';
import { type UseFleet, useFleetOf } from '@device-lifecycle/operator/fleet/use-fleet.ts';
import type { Command, CommandContext } from '../../command.ts';
import { conclude } from '../../fleet/conclude.ts';
import { onlyPositional, REPORT_OPTION } from '../../fleet/options.ts';
import { printDetached } from '../../fleet/summary.ts';
import { reportPathFor } from '../../fleet/watch-run.ts';

export const stopFleetCommand: Command = {
  path: ['fleet', 'stop'],
  summary: 'Stops a run, waits until it has ended, and writes the report of what was done.',
  positionals: 'EXECUTION',
  options: REPORT_OPTION,
  examples: [
    ['npx devicectl fleet stop decommission-1f0c…-1', 'what is done stays done'],
    ['npx devicectl fleet retry decommission-1f0c…-1.report.csv', 'goes on with the rest later'],
  ],
  run: (context) => stopFleet(context, useFleetOf(context)),
};

/** 0 once it has ended, also where it had before. */
export async function stopFleet(context: CommandContext, useFleet: UseFleet): Promise<number> {
  const wanted = onlyPositional(context.positionals, 'execution, by its name or ARN');
  return useFleet(async (tools, stack) => {
    const { run, total } = await findRun(tools, stack, wanted);
    const reportPath = await reportPathFor(context, run);
    if (!(await stopRun(tools, stack, run))) {
      context.terminal.error(`The run ${run.name} had ended before.`);
    }
    const options = { title: `Stopping ${run.name}`, ...(total !== undefined && { total }) };
    const ended = await follow(tools.runs, run.executionArn, options, context);
    if (ended === undefined) return printDetached(context, run);
    await conclude(context, tools, ended, { reportPath });
    return EXIT.done;
  });
}
