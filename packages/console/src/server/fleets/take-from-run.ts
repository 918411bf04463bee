import { withCheckedStream } from '@device-lifecycle/operator/fleet/check-file.ts';
import { describeRun } from '@device-lifecycle/operator/fleet/look-at-run.ts';
import type { FleetTools, Run } from '@device-lifecycle/operator/fleet/ports.ts';
import { rowsOfRun } from '@device-lifecycle/operator/fleet/read-report.ts';
import { withRestorable } from '@device-lifecycle/operator/fleet/restorable.ts';
import { retryRequest, withRetry } from '@device-lifecycle/operator/fleet/retry.ts';
import { proposalOf } from '@device-lifecycle/operator/fleet/stale.ts';
import type { RunRequest } from '@device-lifecycle/operator/fleet/start-run.ts';
import type { FleetUpload, FromRun } from '../../contract/fleets.ts';
import { ApiError } from '../api-error.ts';
import type { ConsoleTools } from '../tools.ts';
import type { Check, Kept } from './uploads.ts';

/**
 * Makes a list of devices of what a run has done, or found, without a report. `signal`: nobody waits for it any more.
 * @throws ApiError when there is nothing, CliError
 */
export async function takeFromRun(
  tools: FleetTools,
  { executionArn, take }: FromRun,
  { clock }: Pick<ConsoleTools, 'clock'>,
  signal: AbortSignal,
): Promise<Check> {
  const run = await describeRun(tools.runs, executionArn);
  assertHasEnded(run);
  const { name } = run;
  const from = { executionArn, take, name };
  switch (take) {
    case 'stale':
      return async (keep) => {
        const stream = await tools.bucket.read(proposalOf(run).key);
        await withCheckedStream(name, stream, signal, (file) =>
          keepSome(keep, { file, operations: ['decommission'], from }, 'No device was found by it'),
        );
      };
    case 'decommissioned':
      return (keep) =>
        withRestorable(name, rowsOfRun(tools.bucket, run), { clock, signal }, ({ file, expired }) => {
          const left = expired.count > 0 ? { expired } : {};
          const kept: Kept = { file, operations: ['restore'], from, ...left };
          return keepSome(keep, kept, 'It has decommissioned no device that can come back');
        });
    case 'failures': {
      const asked = await retryRequest(tools.runs, executionArn, {});
      const { operation } = asked;
      return (keep) =>
        withRetry(name, rowsOfRun(tools.bucket, run), signal, ({ file }) => {
          const kept: Kept = { file, operations: [operation], from: { ...from, ...saidOf(asked) }, asked };
          return keepSome(keep, kept, 'Nothing of it has failed that could succeed');
        });
    }
  }
}

function assertHasEnded({ name, status }: Run): void {
  if (status !== 'RUNNING' && status !== 'PENDING_REDRIVE') return;
  throw new ApiError('invalid', `The run ${name} has not ended: wait for it, or stop it first.`);
}

function keepSome(keep: (kept: Kept) => Promise<void>, kept: Kept, otherwise: string): Promise<void> {
  const { file, expired } = kept;
  if (file.source.devices > 0) return keep(kept);
  const why = expired === undefined ? '' : ` (the retention of ${expired.count} is over)`;
  throw new ApiError('invalid', `${otherwise}${why}: there is nothing to do for ${file.name}.`);
}

function saidOf({ reason, retentionDays, legalHold }: RunRequest): Partial<NonNullable<FleetUpload['from']>> {
  return {
    ...(reason !== undefined && { reason }),
    ...(retentionDays !== undefined && { retentionDays }),
    ...(legalHold !== undefined && { legalHold }),
  };
}
