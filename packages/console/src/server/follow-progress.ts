import type { Clock } from '@device-lifecycle/operator/clock.ts';
import type { ProgressCounts, Watcher } from '@device-lifecycle/operator/watcher.ts';
import type { FleetProgress } from '../contract/fleets.ts';
import { definedIn } from './defined.ts';
import { linesOfWork } from './lines-of-work.ts';

type Progress = { readonly progress: FleetProgress };

/**
 * Does some work of the CLI's, and hands on how far it is, the newest where who listens is slower; its result comes
 * last. `signal`: nobody listens any more.
 */
export function followProgress<T>(
  work: (watcher: Watcher) => Promise<T>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<Progress | { readonly result: T }> {
  return linesOfWork(async (tell: (line: Progress) => void) => {
    const progress = (phase: string) => {
      const update = (counts: ProgressCounts) => tell({ progress: { phase, ...definedIn(counts) } });
      update({ done: 0 });
      return { update, stop: () => undefined };
    };
    return { result: await work({ terminal: { progress }, clock, signal }) };
  }, 'newest');
}
