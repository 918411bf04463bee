import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { assertNotInterrupted, CliError } from '../errors.ts';
import { executionArnOf, type Stack } from '../stack.ts';
import type { Watcher } from '../watcher.ts';
import { isRunning } from './look-at-run.ts';
import type { FleetInput, FleetTools, Run } from './ports.ts';
import type { Source } from './source.ts';

export type Operation = 'decommission' | 'restore';

const STATE_MACHINES = { decommission: 'decommission-fleet', restore: 'restore-fleet' } as const;
/** Of the digest, hexadecimal. */
const NAME_DIGITS = 16;

/** What a run is asked to do; the same for the same devices is the same run. */
export interface RunRequest extends Omit<FleetInput, 'source' | 'requestedBy'> {
  readonly operation: Operation;
}

export const stateMachineOf = (stack: Stack, operation: Operation): Promise<string> =>
  stack.stateMachineArn(STATE_MACHINES[operation]);

/** How fast it goes can be changed while it runs, and who asks is not what is asked: neither is in the name. */
function baseNameOf(
  { operation, reason, retentionDays, legalHold, dryRun }: RunRequest,
  { sha256 }: Pick<Source, 'sha256'>,
): string {
  const said = JSON.stringify([
    operation,
    sha256,
    reason ?? null,
    retentionDays ?? null,
    legalHold === true,
    dryRun === true,
  ]);
  const digest = createHash('sha256').update(said).digest('hex').slice(0, NAME_DIGITS);
  return `${operation}-${digest}`;
}

/** The place of a run: to be attached to, or to be started. */
export interface RunSlot {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly executionArn: string;
  /** It runs already, from here or from another machine. */
  readonly running?: Run;
  /** The last one of the same command, which has ended. */
  readonly earlier?: Run;
}

/** Finds the run of this very command that still runs, or the name of the next. */
export async function findSlot(
  { runs }: FleetTools,
  stack: Stack,
  request: RunRequest,
  source: Pick<Source, 'sha256'>,
): Promise<RunSlot> {
  const stateMachineArn = await stateMachineOf(stack, request.operation);
  const baseName = baseNameOf(request, source);
  let earlier: Run | undefined;
  for (let n = 1; ; n += 1) {
    const name = `${baseName}-${n}`;
    const executionArn = executionArnOf(stateMachineArn, name);
    const run = await runs.describe(executionArn);
    const slot = { stateMachineArn, name, executionArn, ...(earlier !== undefined && { earlier }) };
    if (run === undefined) return slot;
    if (isRunning(run)) return { ...slot, running: run };
    earlier = run;
  }
}

export const sourceKeyOf = ({ sha256 }: Pick<Source, 'sha256'>): string => `sources/${sha256}.csv`;

/**
 * The bucket removes what was written some time ago (`fleetFilesDays`), while a run, and its redrive 14 days later, has
 * to read its source: an old one is written anew.
 */
const REUSED_WITHIN_MS = 86_400_000;

/** Whether the bucket has a source, and keeps it for long enough. */
export async function isUploaded(
  { bucket }: Pick<FleetTools, 'bucket'>,
  source: Pick<Source, 'sha256'>,
  clock: Clock,
): Promise<boolean> {
  const { writtenAtMs = 0 } = (await bucket.describe(sourceKeyOf(source))) ?? {};
  return clock.now() - writtenAtMs < REUSED_WITHIN_MS;
}

/** The title of its progress. */
export const UPLOADING = 'Uploading';

/** Uploads the source, unless it is there, and new: its key is its digest. @throws Interrupted */
export async function uploadSource(
  { bucket }: FleetTools,
  source: Source,
  { terminal, clock, signal }: Watcher,
): Promise<string> {
  const key = sourceKeyOf(source);
  const isThere = await isUploaded({ bucket }, source, clock);
  assertNotInterrupted(signal);
  if (isThere) return key;
  const bar = terminal.progress(UPLOADING);
  try {
    // Counted in devices, as all else.
    const devicesOf = (bytes: number) => Math.round((source.devices * bytes) / source.bytes);
    const onProgress = (bytes: number) => bar.update({ done: devicesOf(bytes), total: source.devices });
    await bucket.upload(key, source, { onProgress, signal });
  } finally {
    bar.stop();
  }
  assertNotInterrupted(signal);
  return key;
}

/**
 * Starts the run of a slot over a source that is uploaded. Resolves to the run; where somebody has started the same
 * at the same moment, to theirs.
 */
export async function startRun(
  { runs, bucket }: FleetTools,
  stack: Stack,
  slot: RunSlot,
  request: RunRequest & { readonly key: string },
): Promise<Run> {
  const { operation: _, key, ...asked } = request;
  const { arn: requestedBy } = await stack.identity();
  // Step Functions forgets a name after 90 days, and a requestId must never stand for a second request.
  const requestId = `${slot.name}@${randomUUID()}`;
  const input: FleetInput = { source: { bucket: bucket.name, key }, requestedBy, requestId, ...asked };
  await runs.start(slot.stateMachineArn, slot.name, input);
  const run = await runs.describe(slot.executionArn);
  if (run !== undefined) return run;
  throw new CliError(`The run ${slot.name} was started, and is not found: try the same command again.`);
}
