import type { Command, CommandContext } from '../../command.ts';
import { EXIT, UsageError } from '../../errors.ts';
import { carryOut } from '../../fleet/carry-out.ts';
import { withCheckedLines } from '../../fleet/check-file.ts';
import { takeGoodLines } from '../../fleet/good-lines.ts';
import { onlyPositional, RUN_OPTIONS, readPace } from '../../fleet/options.ts';
import { FAILED, NOT_RUN } from '../../fleet/outcome.ts';
import type { FleetTools } from '../../fleet/ports.ts';
import { type ReportRow, withReport } from '../../fleet/read-report.ts';
import { reportPathOf } from '../../fleet/report-path.ts';
import { selectDevices } from '../../fleet/reported-devices.ts';
import type { RunRequest } from '../../fleet/start-run.ts';
import { printNothing } from '../../fleet/summary.ts';
import { type UseFleet, useFleetOf } from '../../fleet/use-fleet.ts';

export const retryFleetCommand: Command = {
  path: ['fleet', 'retry'],
  summary: 'Runs again what of a report has failed and can succeed, and what was not run.',
  positionals: 'REPORT',
  completes: 'files',
  options: {
    reason: {
      type: 'string',
      value: 'TEXT',
      description: 'why (the reason of the run that the report is of)',
    },
    ...RUN_OPTIONS,
  },
  examples: [
    ['npx devicectl fleet retry lot-7.report.csv', 'with a report of its own, lot-7.report.2.csv'],
    ['npx devicectl fleet retry lot-7.report.csv --max-concurrency 2', 'slower, where AWS has throttled'],
  ],
  run: (context) => retryFleet(context, useFleetOf(context)),
};

const canBeRetried = ({ outcome, isRetryable }: ReportRow): boolean =>
  outcome === NOT_RUN || (outcome === FAILED && isRetryable);

export async function retryFleet(context: CommandContext, useFleet: UseFleet): Promise<number> {
  const { positionals, signal } = context;
  const path = onlyPositional(positionals, 'report');
  return withReport(path, (rows) => {
    const selected = selectDevices(rows, canBeRetried);
    return withCheckedLines(path, selected.lines(), signal, async (file) => {
      if (file.source.devices === 0 && file.problemCount === 0) {
        printNothing(
          context,
          `There is nothing to retry in ${path}: nothing in it has failed that could succeed.`,
        );
        return EXIT.done;
      }
      takeGoodLines(context, file);
      return useFleet(async (tools, stack) => {
        const request = await requestOf(context, tools, selected.execution());
        return carryOut(context, tools, stack, { request, file, reportPath: reportPathOf(path) });
      });
    });
  });
}

/** What the run was asked for, whose report it is. */
async function requestOf(
  { values }: CommandContext,
  { runs }: FleetTools,
  executionArn: string | undefined,
): Promise<RunRequest> {
  const reason = values.text('reason');
  const run = executionArn === undefined ? undefined : await runs.describe(executionArn);
  if (run === undefined || executionArn === undefined) {
    const which =
      executionArn === undefined ? 'which run the report is of' : `the run ${executionArn} any more`;
    throw new UsageError(
      `Nobody knows ${which}: check --stage, --region and --profile, or give the report's devices to "fleet decommission" or "fleet restore".`,
    );
  }
  const { source: _, requestedBy: __, ...asked } = run.input;
  return {
    // A batch that was under way when its run ended may be done: the same request then says so, and not that the
    // device was out of service before, so that the report of the retry can bring it back.
    requestId: run.name,
    ...(asked as Omit<RunRequest, 'operation'>),
    operation: /:\S*-restore-fleet:/.test(executionArn) ? 'restore' : 'decommission',
    ...(reason !== undefined && { reason }),
    ...readPace(values),
  };
}
