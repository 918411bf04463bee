import type { Charged, Counts } from '@device-lifecycle/operator/fleet/prices.ts';
import type { CapacityUnits } from './counting-proxy.ts';
import type { ChargedRun } from './fleets.ts';
import type { FunctionUsage } from './function-reports.ts';

const MILLION = 1_000_000;
const BYTES_PER_GB = 1e9;
/** Of an Express execution: the least that AWS charges for. */
const EXPRESS_GB = 64 / 1024;

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

export const countsOfUnits = ({ write, read }: CapacityUnits): Counts => ({
  writeRequestUnits: sum(Object.values(write)),
  readRequestUnits: sum(Object.values(read)),
});

export const countsOfFunctions = (functions: readonly FunctionUsage[]): Counts => ({
  lambdaRequests: sum(functions.map(({ requests }) => requests)),
  lambdaGbSeconds: sum(functions.map(({ gbSeconds }) => gbSeconds)),
  logGb: sum(functions.map(({ logBytes }) => logBytes)) / BYTES_PER_GB,
});

/** Of the map's children: Step Functions counts a transition for each of them. */
export const countsOfChildren = (
  { children }: Pick<ChargedRun, 'children'>,
  { expressSeconds }: Pick<FunctionUsage, 'expressSeconds'>,
): Counts => ({
  standardTransitions: children,
  expressRequests: children,
  expressGbSeconds: expressSeconds * EXPRESS_GB,
});

/** Of the execution itself, however many devices it has; the file of devices is put and read once. */
export const countsOfExecution = ({ statesEntered, objects }: Omit<ChargedRun, 'children'>): Counts => ({
  standardTransitions: statesEntered,
  s3Puts: objects + 1,
  s3Gets: 1,
});

/** Of a million devices, when so much was counted for `devices` of them. */
export function perMillion(counts: Counts, devices: number): Counts {
  const entries = Object.entries(counts) as [Charged, number][];
  return Object.fromEntries(entries.map(([charge, count]) => [charge, (count * MILLION) / devices]));
}

/** What of `all` is not in `part`. */
export function without(all: Counts, part: Counts): Counts {
  const entries = Object.entries(all) as [Charged, number][];
  return Object.fromEntries(
    entries.map(([charge, count]) => [charge, Math.max(0, count - (part[charge] ?? 0))]),
  );
}
