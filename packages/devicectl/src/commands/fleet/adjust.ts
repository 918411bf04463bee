import { EXIT, UsageError } from '@device-lifecycle/operator/errors.ts';
import { adjustRun } from '@device-lifecycle/operator/fleet/change-run.ts';
import { findRun } from '@device-lifecycle/operator/fleet/find-run.ts';
import { type UseFleet, useFleetOf } from '@device-lifecycle/operator/fleet/use-fleet.ts';
import type { Command, CommandContext } from '../../command.ts';
import { onlyPositional, PACE_OPTIONS, readPace } from '../../fleet/options.ts';

export const adjustFleetCommand: Command = {
  path: ['fleet', 'adjust'],
  summary: 'Changes how fast a run goes, and how many failures it puts up with, while it runs.',
  positionals: 'EXECUTION',
  options: PACE_OPTIONS,
  examples: [
    ['npx devicectl fleet adjust decommission-1f0c…-1 --max-concurrency 2', 'slower'],
    [
      'npx devicectl fleet adjust decommission-1f0c…-1 --max-concurrency 40 --tolerated-failure-percentage 50',
      'faster, and with more patience',
    ],
  ],
  run: (context) => adjustFleet(context, useFleetOf(context)),
};

export async function adjustFleet(context: CommandContext, useFleet: UseFleet): Promise<number> {
  const { values, positionals, terminal } = context;
  const wanted = onlyPositional(positionals, 'execution, by its name or ARN');
  const change = readPace(values);
  if (Object.keys(change).length === 0) {
    throw new UsageError('Say what to change: --max-concurrency or --tolerated-failure-percentage.');
  }
  return useFleet(async (tools, stack) => {
    const { run } = await findRun(tools, stack, wanted);
    const { maxConcurrency, toleratedFailurePercentage } = await adjustRun(tools, run, change);
    if (values.flag('json')) {
      const { name: execution, executionArn } = run;
      const answer = { execution, executionArn, maxConcurrency, toleratedFailurePercentage };
      terminal.out(JSON.stringify(answer, null, 2));
    } else {
      terminal.error(
        `The run ${run.name} has ${maxConcurrency} batches at a time, and stops above ${toleratedFailurePercentage} % of failures.`,
      );
    }
    return EXIT.done;
  });
}
