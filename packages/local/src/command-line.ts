import { startCompanion } from './companion.ts';
import { type Interrupts, listenForInterrupts } from './interrupts.ts';
import { OptionsError, parseOptions, type RuntimeOptions } from './options.ts';
import { startRuntime } from './runtime.ts';
import { USAGE } from './usage.ts';

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
