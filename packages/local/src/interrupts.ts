/** Whether somebody wants this process to end. */
export interface Interrupts {
  /** Aborts with the first interrupt. */
  readonly signal: AbortSignal;
  /** Resolves with the first interrupt. */
  readonly happened: Promise<void>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm passes on the interrupt that the terminal has sent to this process too: that is the same one again. */
const SAME_INTERRUPT_MS = 500;

const PARENT_CHECK_MS = 1_000;

/**
 * Listens for the signals that ask a process to end; one more after that ends it at once. `withParent` takes it for
 * an interrupt, too, when the process that started this one has gone: without a terminal nothing else would tell.
 */
export function listenForInterrupts({ withParent }: { readonly withParent: boolean }): Interrupts {
  const controller = new AbortController();
  const { promise: happened, resolve } = Promise.withResolvers<void>();
  let firstAt: number | undefined;
  const interrupt = () => {
    firstAt ??= performance.now();
    controller.abort();
    resolve();
  };
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (firstAt !== undefined && performance.now() - firstAt > SAME_INTERRUPT_MS) process.exit(1);
      interrupt();
    });
  }
  if (withParent) onceParentHasGone(interrupt);
  return { signal: controller.signal, happened };
}

/** A process whose parent has ended gets another one. */
function onceParentHasGone(callback: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, PARENT_CHECK_MS);
  timer.unref();
}
