import type { Clock } from '@device-lifecycle/operator/clock.ts';

const PROGRESS_MS = 200;

/** Work that takes a while. It ends early when the signal aborts. */
export type Work = (onProgress: (done: number) => void, signal: AbortSignal) => Promise<void>;

interface Run {
  readonly ended: Promise<void>;
  readonly controller: AbortController;
  isEnded: boolean;
  done: number;
  watchers: number;
}

/**
 * Has work done once at a time, for all who want it then: each is told how far it is, until it is done. It is ended with
 * the last who wants it, or by `signal`.
 */
export function share(
  work: Work,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): (watcher: AbortSignal) => AsyncGenerator<number> {
  let running: Run | undefined;
  const begin = (): Run => {
    const controller = new AbortController();
    const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
    const run: Run = { ended, controller, isEnded: false, done: 0, watchers: 0 };
    const onProgress = (done: number) => {
      run.done = done;
    };
    work(onProgress, AbortSignal.any([controller.signal, signal]))
      .finally(() => leave(run, true))
      .then(resolve, reject);
    // Those who wait hear of its failure; it has no meaning where nobody does.
    ended.catch(() => undefined);
    return run;
  };
  const leave = (run: Run, isEnded: boolean) => {
    run.isEnded = isEnded;
    if (running === run) running = undefined;
  };
  return async function* watch(watcher) {
    running ??= begin();
    const run = running;
    run.watchers += 1;
    try {
      while (!run.isEnded && !watcher.aborted) {
        yield run.done;
        await Promise.race([run.ended, clock.sleep(PROGRESS_MS, watcher)]);
      }
      if (!watcher.aborted) await run.ended;
    } finally {
      run.watchers -= 1;
      if (run.watchers === 0) {
        run.controller.abort();
        leave(run, run.isEnded);
      }
    }
  };
}
