import { startCompanion } from './companion.ts';
import { OptionsError, parseOptions, type RuntimeOptions, USAGE } from './options.ts';
import { startRuntime } from './runtime.ts';

/** Whether somebody wants this process to end. */
interface Interrupts {
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
function listenForInterrupts({ withParent }: { readonly withParent: boolean }): Interrupts {
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

const environment = { ...process.env };

// Lambda runs in UTC, and so does everything here.
process.env['TZ'] = 'UTC';

const log = {
  info: (message: string) => console.log(message),
  warn: (message: string) => console.warn(`warning: ${message}`),
  error: (message: string) => console.error(`error: ${message}`),
};

/** One sentence that says what is wrong and what to do; a stack trace is for faults of the runtime's own. */
function fail(error: unknown): never {
  const isForUsers =
    error instanceof Error && error.constructor !== TypeError && error.constructor !== RangeError;
  log.error(isForUsers ? error.message : String(error instanceof Error ? error.stack : error));
  process.exit(error instanceof OptionsError ? 2 : 1);
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) return console.log(USAGE);

  await run(options, listenForInterrupts(options));
  log.info('stopped');
}

/** Resolves when the runtime has ended after an interrupt. */
async function run(options: RuntimeOptions, { signal, happened }: Interrupts): Promise<void> {
  const runtime = await startRuntime(options, log, signal).catch((error: unknown) => {
    // What a start that is interrupted fails with is its way to end.
    if (!signal.aborted) throw error;
  });
  if (runtime === undefined) return;
  log.info(`ready in ${Math.round(performance.now())} ms`);
  const { companion: command } = options;
  const companion = command && startCompanion({ command, environment, log });
  const failure = await Promise.race([happened, runtime.failed]);
  try {
    await companion?.stop();
    await runtime.close();
  } catch (error) {
    // What comes of a failure is not what people have to know of.
    throw failure ?? error;
  }
  if (failure !== undefined) throw failure;
}

await main().catch(fail);
