import { EXIT } from '@device-lifecycle/operator/errors.ts';
import { withReport } from '@device-lifecycle/operator/fleet/read-report.ts';
import { retryRequest, withRetry } from '@device-lifecycle/operator/fleet/retry.ts';
import { type UseFleet, useFleetOf } from '@device-lifecycle/operator/fleet/use-fleet.ts';
import type { Command, CommandContext } from '../../command.ts';
import { carryOut } from '../../fleet/carry-out.ts';
import { takeGoodLines } from '../../fleet/good-lines.ts';
import { onlyPositional, RUN_OPTIONS, readPace } from '../../fleet/options.ts';
import { reportPathOf } from '../../fleet/report-path.ts';
import { printNothing } from '../../fleet/summary.ts';

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

export async function retryFleet(context: CommandContext, useFleet: UseFleet): Promise<number> {
  const { positionals, signal } = context;
  const path = onlyPositional(positionals, 'report');
  const { values } = context;
  const reason = values.text('reason');
  const change = { ...(reason !== undefined && { reason }), ...readPace(values) };
  return withReport(path, (rows) =>
    withRetry(path, rows, signal, async ({ file, execution }) => {
      if (file.source.devices === 0 && file.problemCount === 0) {
        printNothing(
          context,
          `There is nothing to retry in ${path}: nothing in it has failed that could succeed.`,
        );
        return EXIT.done;
      }
      takeGoodLines(context, file);
      return useFleet(async (tools, stack) => {
        const request = await retryRequest(tools.runs, execution(), change);
        return carryOut(context, tools, stack, { request, file, reportPath: reportPathOf(path) });
      });
    }),
  );
}
