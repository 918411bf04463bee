import { EXIT, UsageError } from '@device-lifecycle/operator/errors.ts';
import { withReports } from '@device-lifecycle/operator/fleet/read-report.ts';
import { type Expired, withRestorable } from '@device-lifecycle/operator/fleet/restorable.ts';
import type { RunRequest } from '@device-lifecycle/operator/fleet/start-run.ts';
import { type UseFleet, useFleetOf } from '@device-lifecycle/operator/fleet/use-fleet.ts';
import type { Command, CommandContext } from '../../command.ts';
import { carryOut } from '../../fleet/carry-out.ts';
import { takeGoodLines } from '../../fleet/good-lines.ts';
import { RUN_OPTIONS, readPace } from '../../fleet/options.ts';
import { reportPathOf } from '../../fleet/report-path.ts';
import { devices, printNothing } from '../../fleet/summary.ts';

export const restoreFleetCommand: Command = {
  path: ['fleet', 'restore'],
  summary: 'Brings back what runs have decommissioned, by their reports, while the retention lasts.',
  positionals: 'REPORT …',
  completes: 'files',
  options: {
    reason: { type: 'string', value: 'TEXT', description: 'why' },
    'dry-run': { type: 'boolean', description: 'read only; the report says what would happen' },
    ...RUN_OPTIONS,
  },
  examples: [
    ['npx devicectl fleet restore lot-7.report.csv', 'the lines with the outcome decommissioned'],
    ['npx devicectl fleet restore lot-7.report.csv lot-7.report.2.csv', 'those of a retry too'],
    ['npx devicectl fleet restore lot-7.report.csv --dry-run', 'what of it can still come back'],
  ],
  run: (context) => restoreFleet(context, useFleetOf(context)),
};

export async function restoreFleet(context: CommandContext, useFleet: UseFleet): Promise<number> {
  const { positionals, signal, clock } = context;
  const [path] = positionals;
  if (path === undefined) throw new UsageError('Give the report of a run, or several.');
  const request = readRequest(context);
  return withReports(positionals, (rows) =>
    withRestorable(path, rows, { clock, signal }, async ({ file, expired }) => {
      tellExpired(context, expired);
      const atLeast = expired.count === 0 ? EXIT.done : EXIT.partly;
      if (file.source.devices === 0 && file.problemCount === 0) {
        printNothing(context, `There is nothing to restore in ${positionals.join(', ')}.`);
        return atLeast;
      }
      takeGoodLines(context, file);
      const exitCode = await useFleet((tools, stack) =>
        carryOut(context, tools, stack, { request, file, reportPath: reportPathOf(path) }),
      );
      return exitCode === EXIT.done ? atLeast : exitCode;
    }),
  );
}

function readRequest({ values }: CommandContext): RunRequest {
  const reason = values.text('reason');
  return {
    operation: 'restore',
    ...(reason !== undefined && { reason }),
    ...(values.flag('dry-run') && { dryRun: true }),
    ...readPace(values),
  };
}

function tellExpired({ terminal }: CommandContext, { count, examples }: Expired): void {
  if (count === 0) return;
  const more = count > examples.length ? ' …' : '';
  terminal.error(
    `The retention of ${devices(count)} is over (${examples.join(', ')}${more}): they cannot come back, and are left out.`,
  );
}
