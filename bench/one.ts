/** `node bench/one.ts NAME [options]`: one benchmark, in the process that `bench/main.ts` has started for it. */
import { constants } from 'node:os';
import { benchmarks } from './benchmarks.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Whatever it has started is ended and removed when it exits, which it does not when a signal ends it.
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

const [name, ...args] = process.argv.slice(2);
const benchmark = benchmarks.find((known) => known.name === name);
if (benchmark === undefined) throw new Error(`There is no benchmark ${name}.`);
await benchmark.run(args);
