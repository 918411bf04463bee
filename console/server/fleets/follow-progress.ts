import type { Clock } from '../../../cli/clock.ts';
import type { ProgressCounts } from '../../../cli/progress.ts';
import type { Watcher } from '../../../cli/watcher.ts';
import type { FleetProgress } from '../../contract/fleets.ts';

/**
 * Does some work of the CLI's, and hands on how far it is, the newest where who listens is slower; its result comes
 * last. `signal`: nobody listens any more.
 */
export async function* followProgress<T>(
  work: (watcher: Watcher) => Promise<T>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<{ readonly progress: FleetProgress } | { readonly result: T }> {
  let newest: FleetProgress | undefined;
  let news = Promise.withResolvers<void>();
  const say = (phase: string, counts: ProgressCounts) => {
    newest = { phase, ...definedOf(counts) };
    news.resolve();
  };
  const progress = (title: string) => {
    say(title, { done: 0 });
    return { update: (counts: ProgressCounts) => say(title, counts), stop: () => undefined };
  };
  let isOver = false;
  const over = () => {
    isOver = true;
    news.resolve();
  };
  const working = work({ terminal: { progress }, clock, signal });
  void working.then(over, over);
  while (!isOver) {
    await news.promise;
    news = Promise.withResolvers();
    const progress = newest;
    newest = undefined;
    if (progress !== undefined) yield { progress };
  }
  yield { result: await working };
}

function definedOf({
  done,
  total,
  failed,
  perSecond,
  secondsLeft,
}: ProgressCounts): Omit<FleetProgress, 'phase'> {
  return {
    done,
    ...(total !== undefined && { total }),
    ...(failed !== undefined && { failed }),
    ...(perSecond !== undefined && { perSecond }),
    ...(secondsLeft !== undefined && { secondsLeft }),
  };
}
