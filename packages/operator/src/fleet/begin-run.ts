import type { Stack } from '../stack.ts';
import type { Watcher } from '../watcher.ts';
import type { FleetTools, Run } from './ports.ts';
import type { Source } from './source.ts';
import { findSlot, type RunRequest, startRun, uploadSource } from './start-run.ts';

interface BegunRun {
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
  const { running, earlier } = slot;
  const start = async () =>
    startRun(tools, stack, slot, { ...request, key: await uploadSource(tools, source, watcher) });
  return {
    run: running ?? (await start()),
    isGoingOn: running !== undefined,
    ...(earlier !== undefined && { earlier }),
  };
}
