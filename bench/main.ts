/** `npm run bench -- NAME [options]`: measures, as ratios within one run. Without a name, everything. */
const benchmarks: Readonly<Record<string, () => Promise<{ run(args: readonly string[]): Promise<void> }>>> = {
  cold: () => import('./cold.ts'),
  fleet: () => import('./fleet.ts'),
  move: () => import('./move.ts'),
  mqtt: () => import('./mqtt.ts'),
};

const args = process.argv.slice(2);
const firstOption = args.findIndex((arg) => arg.startsWith('-'));
const names = firstOption === -1 ? args : args.slice(0, firstOption);
const unknown = names.find((name) => !Object.hasOwn(benchmarks, name));
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}". There are: ${Object.keys(benchmarks).join(', ')}.`);
  process.exit(2);
}
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  const load = benchmarks[name];
  if (load !== undefined) await (await load()).run(firstOption === -1 ? [] : args.slice(firstOption));
}
