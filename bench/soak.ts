/** `npm run soak [-- PART…]`: what takes too long for `npm test`. */
import { constants } from 'node:os';
import { runTests } from './soak/run-tests.ts';
import { soakTests } from './soak/tests.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Not once: npm passes on the interrupt that the terminal sends to this process too.
  process.on(signal, () => interruption.abort(signal));
}

const names = process.argv.slice(2);
const unknown = names.find((name) => !soakTests.some((test) => test.name === name));
if (unknown !== undefined) {
  console.error(`There is no part ${unknown}. There are: ${soakTests.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const failed: string[] = [];
for (const test of soakTests.filter(({ name }) => names.length === 0 || names.includes(name))) {
  if (interruption.signal.aborted) break;
  console.log(`soak: ${test.name}: ${test.what}`);
  if (!(await runTests(test, interruption.signal))) failed.push(test.name);
}
if (failed.length > 0) console.error(`soak: failed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
if (interruption.signal.aborted) {
  const signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' = interruption.signal.reason;
  process.exit(128 + constants.signals[signal]);
}
