import type { Command, CommandContext } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { findRun } from '../../fleet/find-run.ts';
import { isRunning } from '../../fleet/follow.ts';
import { onlyPositional, REPORT_OPTION } from '../../fleet/options.ts';
import { type UseFleet, useFleetOf } from '../../fleet/use-fleet.ts';
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
    const { run } = found;
    if (isRunning(run)) throw new CliError(`The run ${run.name} has not ended: watch it, or stop it first.`);
    if (run.status === 'SUCCEEDED') {
      throw new CliError(
        `The run ${run.name} has gone through: what has failed of it is for "fleet retry" with its report.`,
      );
    }
    if (run.notRedrivable !== undefined) {
      throw new CliError(`The run ${run.name} cannot be redriven: ${run.notRedrivable}.`);
    }
    await tools.runs.redrive(run.executionArn);
    return watchRun(context, tools, found);
  });
}
