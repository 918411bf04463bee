import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '@device-lifecycle/local/clock.ts';
import { createRulesEngine } from '@device-lifecycle/local/rules/rules-engine.ts';
import { packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';
import { withParts } from './fleet/fleets.ts';
import { QUIET } from './fleet/runtime.ts';
import {
  measureIdle,
  measureMoves,
  openWays,
  type Sampled,
  sampleMoves,
  type Times,
  type Way,
} from './profile/measure-way.ts';
import { createPartOf, createSourcePositions, sharesByPart } from './profile/parts.ts';
import { saveResult } from './results.ts';

/** Milliseconds of processor time a device. */
export interface Budget {
  readonly name: string;
  readonly threads: readonly {
    readonly title: string;
    readonly ms: number;
    /** In each round. */
    readonly rounds: readonly number[];
    readonly parts: Readonly<Record<string, number>>;
  }[];
}

/** Less is not worth a line. */
const LEAST_MS = 0.005;

const partOf = createPartOf(createSourcePositions());

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Of all threads with the title: the shares of each, which count alike. */
function partsOf(title: string, ms: number, sampled: readonly Sampled[]): Record<string, number> {
  const ofTitle = sampled.filter((one) => one.title === title);
  const parts: Record<string, number> = {};
  for (const { profile } of ofTitle) {
    for (const [part, share] of sharesByPart(profile, partOf)) {
      parts[part] = (parts[part] ?? 0) + (share * ms) / ofTitle.length;
    }
  }
  return Object.fromEntries(Object.entries(parts).sort(([, one], [, other]) => other - one));
}

/** Processor times as they were measured, divided by what profiles say of each thread. */
export function budgetOf(name: string, measured: readonly Times[], sampled: readonly Sampled[]): Budget {
  const titles = new Set(measured.flatMap((times) => [...times.keys()]));
  const threads = [...titles].map((title) => {
    const rounds = measured.map((times) => times.get(title) ?? 0);
    return { title, ms: mean(rounds), rounds, parts: partsOf(title, mean(rounds), sampled) };
  });
  return { name, threads: threads.sort((one, other) => other.ms - one.ms) };
}

/** Of all threads; not a number for a budget that is not there. */
export const totalOf = (budget: Budget | undefined): number =>
  budget === undefined ? Number.NaN : sum(budget.threads.map(({ ms }) => ms));

export function printBudget(budget: Budget): void {
  console.log(`\n${budget.name}: ${totalOf(budget).toFixed(2)} ms`);
  for (const { title, ms, rounds, parts } of budget.threads.filter((thread) => thread.ms >= LEAST_MS)) {
    const range = `${Math.min(...rounds).toFixed(2)}–${Math.max(...rounds).toFixed(2)}`;
    console.log(`  ${title.padEnd(36)} ${ms.toFixed(3).padStart(7)}   (${range})`);
    for (const [part, partMs] of Object.entries(parts)) {
      if (partMs >= LEAST_MS) console.log(`    ${part.padEnd(34)} ${partMs.toFixed(3).padStart(7)}`);
    }
  }
}

const log = { info: () => undefined, warn: console.warn, error: console.error };

/** What a message takes of the processor from the rules engine's door to the function's. */
export async function measureRules(
  messages: number,
): Promise<{ readonly microseconds: number; readonly rules: number }> {
  const { stack, environment } = await packagedTemplate();
  let invoked = 0;
  const engine = createRulesEngine({
    ...ruleTargets,
    ...environment,
    clock: systemClock,
    log,
    functions: {
      invoke: () => Promise.reject(new Error('No rule waits for an answer.')),
      async invokeAsync() {
        invoked += 1;
      },
    },
  });
  for (const rule of stack.rules) await engine.topicRules.put(rule);
  const message = {
    topic: 'devices/bench-1/decommission',
    payload: Buffer.from(JSON.stringify({ requestId: crypto.randomUUID(), reason: 'benchmark' })),
    qos: 1,
    clientId: 'bench-1',
    principal: 'a'.repeat(64),
    traceId: crypto.randomUUID(),
    sourceIp: '127.0.0.1',
  } as const;
  for (let index = 0; index < messages; index += 1) await engine.handle(message);
  const before = process.cpuUsage();
  for (let index = 0; index < messages; index += 1) await engine.handle(message);
  const { user, system } = process.cpuUsage(before);
  if (invoked !== 2 * messages)
    throw new Error(`${invoked} of ${2 * messages} messages have started a function.`);
  return { microseconds: (user + system) / messages, rules: stack.rules.length };
}

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
