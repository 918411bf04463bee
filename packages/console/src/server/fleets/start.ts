import { beginRun } from '@device-lifecycle/operator/fleet/begin-run.ts';
import { assertFileIsGood } from '@device-lifecycle/operator/fleet/check-file.ts';
import type { FleetTools, Run } from '@device-lifecycle/operator/fleet/ports.ts';
import { findSlot, type RunRequest } from '@device-lifecycle/operator/fleet/start-run.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { Watcher } from '@device-lifecycle/operator/watcher.ts';
import type { SameRuns, StartRequest } from '../../contract/fleets.ts';
import { ApiError } from '../api-error.ts';
import type { KeptUpload } from './uploads.ts';

type Asked = Omit<StartRequest, 'uploadId'>;

/** Starts the run that is asked for over a list, or finds the one of the same that runs. @throws ApiError, CliError */
export async function start(
  tools: FleetTools,
  stack: Stack,
  { upload, asked }: { readonly upload: KeptUpload; readonly asked: Asked },
  watcher: Watcher,
): Promise<{ readonly executionArn: string; readonly isGoingOn: boolean }> {
  assertFileIsGood(upload.file, asked);
  const request = requestOf(upload, asked);
  const { run, isGoingOn } = await beginRun(tools, stack, { request, source: upload.file.source }, watcher);
  return { executionArn: run.executionArn, isGoingOn };
}

/** Which runs of the same there are. Starts nothing. */
export async function findSame(
  tools: FleetTools,
  stack: Stack,
  upload: KeptUpload,
  asked: Asked,
): Promise<SameRuns> {
  const { running, earlier } = await findSlot(tools, stack, requestOf(upload, asked), upload.file.source);
  return {
    ...(running !== undefined && { running: known(running) }),
    ...(earlier !== undefined && { earlier: known(earlier) }),
  };
}

const known = ({ executionArn, name, status }: Run) => ({ executionArn, name, status });

/** A retry asks for what its run was asked for, but for the reason and the pace. */
function requestOf({ file, operations, asked: before }: KeptUpload, asked: Asked): RunRequest {
  const { skipBadLines: _, operation, reason, retentionDays, legalHold, ...pace } = asked;
  if (!operations.includes(operation)) throw new ApiError('invalid', `${file.name} is not for ${operation}.`);
  if (before !== undefined) return { ...before, ...(reason !== undefined && { reason }), ...pace };
  if (operation === 'restore') return { operation, ...(reason !== undefined && { reason }), ...pace };
  if (reason === undefined) throw new ApiError('invalid', 'Say why the devices leave service.');
  if (retentionDays !== undefined && legalHold === true) {
    throw new ApiError('invalid', 'What is under legal hold has no retention: give one of the two.');
  }
  return {
    operation,
    reason,
    ...(retentionDays !== undefined && { retentionDays }),
    ...(legalHold === true && { legalHold }),
    ...pace,
  };
}
