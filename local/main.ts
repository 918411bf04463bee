import { OptionsError, parseOptions, USAGE } from './options.ts';
import { startRuntime } from './runtime.ts';

// Lambda runs in UTC; a worker thread cannot change its own time zone.
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

  const interrupted = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted.resolve();
      process.once(signal, () => process.exit(1));
    });
  }
  const runtime = await startRuntime(options, log);
  log.info(`ready in ${Math.round(performance.now())} ms`);
  const failure = await Promise.race([interrupted.promise, runtime.failed]);
  await runtime.close();
  if (failure !== undefined) throw failure;
}

await main().catch(fail);
