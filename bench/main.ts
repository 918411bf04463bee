/** `npm run bench -- NAME`: measures, as ratios within one run. Without a name, everything. */
const benchmarks: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  cold: () => import('./cold.ts'),
  move: () => import('./move.ts'),
  mqtt: () => import('./mqtt.ts'),
};

const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(benchmarks, name));
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}". There are: ${Object.keys(benchmarks).join(', ')}.`);
  process.exit(2);
}
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  const load = benchmarks[name];
  if (load !== undefined) await (await load()).run();
}
