import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { QUIET } from './fleet/runtime.ts';
import { withParts } from './fleet/with-parts.ts';
import { type Budget, budgetOf, printBudget, totalOf } from './profile/budget.ts';
import { measureIdle, measureMoves, type Sampled, sampleMoves, type Times } from './profile/measure-way.ts';
import { measureRules } from './profile/rules.ts';
import { openWays, type Way } from './profile/ways.ts';
import { saveResult } from './results.ts';

const DIRECTORY = join(import.meta.dirname, '../.local/profiles');
const GOALS: ReadonlyMap<string, number> = new Map([
  ['command', 0.95],
  ['whole way', 0.75],
  ['fleet', 0.9],
]);

interface Sizes {
  readonly rounds: number;
  readonly devices: number;
  /** Before anything is measured, so that V8 has compiled what there is to compile. */
  readonly warmUp: number;
}

const WHOLE: Sizes = { rounds: 3, devices: 1_000, warmUp: 1_500 };
const SHORT: Sizes = { rounds: 1, devices: 100, warmUp: 100 };

/** Each is a `.cpuprofile`, which Chrome's DevTools (Performance, Load profile) and VS Code open as a flame graph. */
async function saveProfiles(name: string, sampled: readonly Sampled[]): Promise<void> {
  await mkdir(DIRECTORY, { recursive: true });
  for (const [index, { title, profile }] of sampled.entries()) {
    const file = `${name}-${title}-${index}.cpuprofile`.replaceAll(' ', '-');
    await writeFile(join(DIRECTORY, file), JSON.stringify(profile));
  }
}

interface Setting {
  /** What is told of it beside the way's name. */
  readonly label: string;
  readonly nodeArgs: readonly string[];
  readonly only?: string;
  /** Whether what follows the moves is theirs too. */
  readonly untilQuiet: boolean;
}

/** All ways in turns, without a profiler; then once more with one, for the shares of the parts. */
async function measureSetting(setting: Setting, { rounds, devices, warmUp }: Sizes): Promise<Budget[]> {
  return withParts(async (parts) => {
    const ways = await openWays(parts, setting.nodeArgs);
    const chosen = ways.ways.filter(({ name }) => setting.only === undefined || name === setting.only);
    const measured = new Map<Way, Times[]>(chosen.map((way) => [way, []]));
    for (const way of chosen)
      await measureMoves(ways, await way.prepare('w', warmUp), { devices: warmUp, ...setting });
    const idle = await measureIdle(ways);
    for (let round = 0; round < rounds; round += 1) {
      for (const way of chosen) {
        const prepared = await way.prepare(String(round), devices);
        measured.get(way)?.push(await measureMoves(ways, prepared, { devices, idle, ...setting }));
      }
    }
    const budgets: Budget[] = [];
    for (const way of chosen) {
      const name = `${way.name}${setting.label}`;
      const sampled = await sampleMoves(ways, await way.prepare('p', devices), setting);
      await saveProfiles(name, sampled);
      const budget = budgetOf(name, measured.get(way) ?? [], sampled);
      printBudget(budget);
      budgets.push(budget);
    }
    return budgets;
  });
}

/** Where the processor time of a device's move goes, by thread and part, on each way to move one; and that of a rule. */
export async function run(args: readonly string[]): Promise<void> {
  const options = { quick: { type: 'boolean', default: false } } as const;
  const { quick } = parseArgs({ args: [...args], options }).values;
  const sizes = quick ? SHORT : WHOLE;
  console.log(
    `profile: processor milliseconds a device, means of ${sizes.rounds} rounds of ${sizes.devices}; flame graphs in ${DIRECTORY}`,
  );
  const rules = await measureRules(quick ? 1_000 : 20_000);
  console.log(`\nrules: ${rules.microseconds.toFixed(1)} µs a message that starts a function`);
  const budgets = [
    ...(await measureSetting({ label: '', nodeArgs: QUIET, untilQuiet: false }, sizes)),
    ...(await measureSetting(
      { label: ' and what follows', nodeArgs: [], only: 'whole way', untilQuiet: true },
      sizes,
    )),
  ];
  const bareMs = totalOf(budgets.find(({ name }) => name === 'bare'));
  await saveResult({
    name: 'profile',
    title: 'Where the processor time of a move goes',
    command: 'npm run bench -- profile',
    figures: [
      ...budgets.map((budget) => ({
        what: `processor time of a move: ${budget.name}`,
        measured: `${totalOf(budget).toFixed(2)} ms`,
        reference: `×${(bareMs / totalOf(budget)).toFixed(2)} of the bare transaction's ${bareMs.toFixed(2)} ms`,
        ...(GOALS.has(budget.name) && { goal: `×${GOALS.get(budget.name)} of its rate` }),
      })),
      {
        what: 'processor time of a rule, from the message to the invocation',
        measured: `${rules.microseconds.toFixed(1)} µs`,
        reference: `${rules.rules} rules of the template`,
      },
    ],
    panels: [
      {
        title: 'Processor time of a move',
        xLabel: 'way',
        yLabel: 'ms a device',
        kind: 'bar',
        categories: budgets.map(({ name }) => name),
        series: [
          { name: 'all threads and the engine', points: budgets.map((budget, x) => [x, totalOf(budget)]) },
        ],
      },
    ],
    raw: { sizes, rules, budgets },
  });
}
