import { EXIT } from '@device-lifecycle/operator/errors.ts';
import { type CheckedFile, withCheckedFile } from '@device-lifecycle/operator/fleet/check-file.ts';
import { planOffline, planRun } from '@device-lifecycle/operator/fleet/plan-run.ts';
import type { PaceOptions } from '@device-lifecycle/operator/fleet/time.ts';
import { type UseFleet, useFleetOf } from '@device-lifecycle/operator/fleet/use-fleet.ts';
import type { Command, CommandContext } from '../../command.ts';
import { onlyPositional, PACE_OPTIONS, readPace } from '../../fleet/options.ts';
import { type Plan, printPlan } from '../../fleet/print-plan.ts';
import { printDetached } from '../../fleet/summary.ts';

export const planFleetCommand: Command = {
  path: ['fleet', 'plan'],
  summary: 'Says what decommissioning the devices of a file would do, cost and take; changes nothing.',
  positionals: 'FILE',
  completes: 'files',
  options: {
    offline: {
      type: 'boolean',
      description: "look at the file alone, and not at the stack's devices nor at your quotas",
    },
    ...PACE_OPTIONS,
    'credentials-calls-per-second': {
      type: 'string',
      value: 'N',
      description: 'credentialsCallsPerSecond of the stack, where it is not 8',
    },
  },
  examples: [
    ['npx devicectl fleet plan lot-7.csv', 'uploads the list, and looks each device up'],
    ['npx devicectl fleet plan lot-7.csv --offline', 'bad lines, cost and time, without AWS'],
    ['npx devicectl fleet plan lot-7.csv --offline --json', 'with all bad lines'],
  ],
  run: (context) => planFleet(context, useFleetOf(context)),
};

/** 0 when all would go through, 4 when some would fail or the file has bad lines. */
export async function planFleet(context: CommandContext, useFleet: UseFleet): Promise<number> {
  const { values, positionals, signal } = context;
  const path = onlyPositional(positionals, 'file of devices');
  const credentialsCallsPerSecond = values.number('credentials-calls-per-second');
  const pace = {
    ...readPace(values),
    ...(credentialsCallsPerSecond !== undefined && { credentialsCallsPerSecond }),
  };
  return withCheckedFile(path, signal, async (file) => {
    const isOffline = values.flag('offline') || file.source.devices === 0;
    if (!isOffline) return planOnline(context, useFleet, file, pace);
    return finish(context, { path, file, forecast: planOffline(file.source, pace) });
  });
}

function planOnline(
  context: CommandContext,
  useFleet: UseFleet,
  file: CheckedFile,
  pace: PaceOptions,
): Promise<number> {
  return useFleet(async (tools, stack) => {
    const planned = await planRun(tools, stack, { source: file.source, pace }, context);
    if ('detached' in planned) return printDetached(context, planned.detached);
    const plan = { path: context.positionals[0] ?? '', file, ...planned };
    return planned.run.status === 'SUCCEEDED' ? finish(context, plan) : finish(context, plan, EXIT.failed);
  });
}

function finish(context: CommandContext, plan: Plan, exitCode?: number): number {
  printPlan(context, plan);
  const { failed = 0, notRun = 0 } = plan.tally?.outcomes ?? {};
  const isClean = plan.file.problemCount + failed + notRun === 0;
  return exitCode ?? (isClean ? EXIT.done : EXIT.partly);
}
