import { sharesByPart } from './cpu-profile.ts';
import type { Sampled, Times } from './measure-way.ts';
import { createPartOf } from './parts.ts';
import { createSourcePositions } from './source-positions.ts';

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
