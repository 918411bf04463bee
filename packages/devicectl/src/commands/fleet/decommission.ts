import { UsageError } from '@device-lifecycle/operator/errors.ts';
import { withCheckedFile } from '@device-lifecycle/operator/fleet/check-file.ts';
import type { RunRequest } from '@device-lifecycle/operator/fleet/start-run.ts';
import { type UseFleet, useFleetOf } from '@device-lifecycle/operator/fleet/use-fleet.ts';
import type { Command, CommandContext } from '../../command.ts';
import { carryOut } from '../../fleet/carry-out.ts';
import { takeGoodLines } from '../../fleet/good-lines.ts';
import { onlyPositional, RUN_OPTIONS, readPace } from '../../fleet/options.ts';
import { reportPathOf } from '../../fleet/report-path.ts';

export const decommissionFleetCommand: Command = {
  path: ['fleet', 'decommission'],
  summary: 'Decommissions the devices of a file, shows progress, and writes a report with a line for each.',
  positionals: 'FILE',
  completes: 'files',
  options: {
    reason: { type: 'string', value: 'TEXT', description: 'why; has to be given' },
    'retention-days': {
      type: 'string',
      value: 'N',
      description: "how long they can come back (the stack's own, by device type)",
    },
    'legal-hold': { type: 'boolean', description: 'keep them until they are released' },
    'dry-run': { type: 'boolean', description: 'read only; the report says what would happen' },
    ...RUN_OPTIONS,
  },
  examples: [
    ['npx devicectl fleet decommission lot-7.csv --reason recall', 'those of a CSV with a column deviceId'],
    [
      'npx devicectl fleet decommission lot-7.csv --reason recall --yes --json',
      'without asking, with a result for a script',
    ],
    [
      'npx devicectl fleet decommission lot-7.csv --reason recall',
      'the same again goes on watching the same run',
    ],
  ],
  run: (context) => decommissionFleet(context, useFleetOf(context)),
};

export async function decommissionFleet(context: CommandContext, useFleet: UseFleet): Promise<number> {
  const { positionals, signal } = context;
  const path = onlyPositional(positionals, 'file of devices');
  const request = readRequest(context);
  return withCheckedFile(path, signal, (file) => {
    takeGoodLines(context, file);
    return useFleet((tools, stack) =>
      carryOut(context, tools, stack, { request, file, reportPath: reportPathOf(path) }),
    );
  });
}

function readRequest({ values }: CommandContext): RunRequest {
  const reason = values.text('reason');
  if (reason === undefined) throw new UsageError('Say with --reason why they leave service.');
  const retentionDays = values.number('retention-days');
  return {
    operation: 'decommission',
    reason,
    ...(retentionDays !== undefined && { retentionDays }),
    ...(values.flag('legal-hold') && { legalHold: true }),
    ...(values.flag('dry-run') && { dryRun: true }),
    ...readPace(values),
  };
}
