/** `npm run test:soak`: what takes too long for `npm test`. */
import { constants } from 'node:os';
import { runLoad } from './soak/load.ts';
import {
  LOAD,
  OptionsError,
  parseOptions,
  runTests,
  type SoakOptions,
  soakTests,
  USAGE,
} from './soak/parts.ts';

const interruption = new AbortController();
/** npm passes on the interrupt that the terminal sends to this process too; one that comes later is meant. */
const SAME_INTERRUPT_MS = 2_000;
let interruptedAt = Number.POSITIVE_INFINITY;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // What was started ends, and its files are removed, when this process exits.
    if (performance.now() > interruptedAt + SAME_INTERRUPT_MS) process.exit(128 + constants.signals[signal]);
    interruptedAt = Math.min(interruptedAt, performance.now());
    interruption.abort(signal);
  });
}

async function runPart(name: string, { load, seed }: SoakOptions): Promise<boolean> {
  if (name === LOAD) return runLoad(load, interruption.signal);
  const test = soakTests.find((candidate) => candidate.name === name);
  return test !== undefined && runTests(test, { seed, signal: interruption.signal });
}

/** @returns the parts that have failed */
async function runParts(options: SoakOptions): Promise<string[]> {
  const failed: string[] = [];
  console.log(`soak: --seed ${options.seed}`);
  for (const name of options.parts) {
    if (interruption.signal.aborted) break;
    console.log(`soak: ${name}`);
    if (!(await runPart(name, options))) failed.push(name);
  }
  return failed;
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else {
    const failed = await runParts(options);
    if (failed.length > 0) console.error(`soak: failed: ${failed.join(', ')}`);
    process.exitCode = failed.length > 0 ? 1 : 0;
  }
} catch (error) {
  console.error(error instanceof OptionsError ? `error: ${error.message}` : error);
  process.exitCode = error instanceof OptionsError ? 2 : 1;
}
if (interruption.signal.aborted) {
  const signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' = interruption.signal.reason;
  process.exit(128 + constants.signals[signal]);
}
