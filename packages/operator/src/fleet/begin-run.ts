import type { Clock } from '../clock.ts';
import { CliError, UsageError } from '../errors.ts';
import type { Stack } from '../stack.ts';
import type { Watcher } from '../watcher.ts';
import type { FleetTools, Run } from './ports.ts';
import type { Source } from './source.ts';
import {
  findSlot,
  isUploaded,
  type RunRequest,
  type RunSlot,
  sourceKeyOf,
  startRun,
  uploadSource,
} from './start-run.ts';

export interface BegunRun {
  readonly run: Run;
  /** It was started before, from here or from another machine. */
  readonly isGoingOn: boolean;
  /** The last one of the same request, which had ended. */
  readonly earlier?: Run;
}

/** Uploads a source and starts a run over it, or finds the same that runs already. @throws Interrupted, CliError */
export async function beginRun(
  tools: FleetTools,
  stack: Stack,
  { request, source }: { readonly request: RunRequest; readonly source: Source },
  watcher: Watcher,
): Promise<BegunRun> {
  const slot = await findSlot(tools, stack, request, source);
  return begin(slot, async () => {
    const key = await uploadSource(tools, source, watcher);
    return startRun(tools, stack, slot, { ...request, key });
  });
}

/**
 * The same over a source that was uploaded a short time ago, as a plan does it.
 * @param asked.sha256 of the source
 * @throws UsageError for what is no digest, CliError when there is no such source any more
 */
export async function beginUploadedRun(
  tools: FleetTools,
  stack: Stack,
  asked: { readonly request: RunRequest; readonly sha256: string },
  clock: Clock,
): Promise<BegunRun> {
  const { request, sha256 } = asked;
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new UsageError('That is not the digest of a list of devices.');
  const slot = await findSlot(tools, stack, request, { sha256 });
  return begin(slot, async () => {
    if (!(await isUploaded(tools, { sha256 }, clock))) {
      throw new CliError('The list of devices is not in the bucket of the stack any more: plan it again.');
    }
    return startRun(tools, stack, slot, { ...request, key: sourceKeyOf({ sha256 }) });
  });
}

async function begin({ running, earlier }: RunSlot, start: () => Promise<Run>): Promise<BegunRun> {
  return {
    run: running ?? (await start()),
    isGoingOn: running !== undefined,
    ...(earlier !== undefined && { earlier }),
  };
}
