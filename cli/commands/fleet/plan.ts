import type { Command, CommandContext } from '../../command.ts';
import { EXIT } from '../../errors.ts';
import { type CheckedFile, withCheckedFile } from '../../fleet/check-file.ts';
import { dryRun } from '../../fleet/dry-run.ts';
import { forecast } from '../../fleet/forecast.ts';
import { onlyPositional, PACE_OPTIONS, readPace } from '../../fleet/options.ts';
import { type Plan, printPlan } from '../../fleet/print-plan.ts';
import { DEFAULT_QUOTAS } from '../../fleet/quotas.ts';
import { printDetached } from '../../fleet/summary.ts';
import type { PaceOptions } from '../../fleet/time.ts';
import { type UseFleet, useFleetOf } from '../../fleet/use-fleet.ts';

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
  const options = {
    ...readPace(values),
    ...(credentialsCallsPerSecond !== undefined && { credentialsCallsPerSecond }),
  };
  return withCheckedFile(path, signal, (file) => {
    const isOffline = values.flag('offline') || file.source.devices === 0;
    return isOffline ? planOffline(context, file, options) : planOnline(context, useFleet, file, options);
  });
}

async function planOffline(
  context: CommandContext,
  file: CheckedFile,
  options: PaceOptions,
): Promise<number> {
  const notice =
    "The quotas are AWS's defaults, one certificate a device is assumed, and no device was looked up.";
  const known = { quotas: DEFAULT_QUOTAS, read: [], notice };
  return finish(context, {
    path: context.positionals[0] ?? '',
    file,
    forecast: forecast(file.source, known, options),
  });
}

function planOnline(
  context: CommandContext,
  useFleet: UseFleet,
  file: CheckedFile,
  options: PaceOptions,
): Promise<number> {
  return useFleet(async (tools, stack) => {
    const looked = await dryRun(context, tools, stack, file);
    if ('detached' in looked) return printDetached(context, looked.detached);
    const { run, tally } = looked;
    const about = { devices: file.source.devices, ...(tally !== undefined && { tally }) };
    const plan = {
      path: context.positionals[0] ?? '',
      file,
      run,
      ...(tally !== undefined && { tally }),
      forecast: forecast(about, await tools.readQuotas(), options),
    };
    return run.status === 'SUCCEEDED' ? finish(context, plan) : finish(context, plan, EXIT.failed);
  });
}

function finish(context: CommandContext, plan: Plan, exitCode?: number): number {
  printPlan(context, plan);
  const { failed = 0, notRun = 0 } = plan.tally?.outcomes ?? {};
  const isClean = plan.file.problemCount + failed + notRun === 0;
  return exitCode ?? (isClean ? EXIT.done : EXIT.partly);
}
