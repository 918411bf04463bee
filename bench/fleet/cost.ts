import { costOfStatePerDevice, countsOfAfterlife, countsOfMove } from '../../cli/fleet/counts.ts';
import { addCounts, type Charged, type Counts, costOf } from '../../cli/fleet/prices.ts';
import { countAfterlife } from './count-afterlife.ts';
import { countMove } from './count-move.ts';
import type { Requests } from './requests.ts';

const MILLION = 1_000_000;
const LIMIT_USD = 5;

const dollars = (usd: number): string => usd.toFixed(2).padStart(8);

/** CloudWatch Logs is left out of the limit, and told beside it. */
const withoutLogs = ({ logGb: _, ...counts }: Counts): Counts => counts;

function printTable(columns: Readonly<Record<string, Counts>>): void {
  const charges = Object.keys(addCounts(...Object.values(columns))) as Charged[];
  const names = Object.keys(columns);
  console.log(`  ${''.padEnd(20)}${names.map((name) => name.padStart(26)).join('')}`);
  for (const charge of charges) {
    const cells = names.map((name) => {
      const count = columns[name]?.[charge];
      if (count === undefined || count === 0) return ''.padStart(26);
      const usd = costOf({ [charge]: count }).totalUsd;
      return `${Number(count.toPrecision(4)).toLocaleString('en').padStart(16)} $${dollars(usd)}`;
    });
    console.log(`  ${charge.padEnd(20)}${cells.join('')}`);
  }
  const totals = names.map((name) =>
    `$${dollars(costOf(withoutLogs(columns[name] ?? {})).totalUsd)}`.padStart(26),
  );
  console.log(`  ${'all but logs'.padEnd(20)}${totals.join('')}`);
}

/** Most first. */
const listed = (counts: Requests): string =>
  Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${count.toFixed(2)} ${name}`)
    .join(', ');

/** What a million devices cost at list prices, from the counted calls of fewer. */
export async function measureCost(devices: number, afterlifeDevices: number): Promise<void> {
  console.log(
    `fleet cost of a million devices with one guard each, at list prices of us-east-1, from the calls of ${devices} (moved) and ${afterlifeDevices} with a certificate each (to their end)`,
  );
  const move = await countMove(devices);
  const { follow, purge, iotCalls, readUnits } = await countAfterlife(afterlifeDevices, move);
  printTable({ move, 'certificates, event': follow, purge });
  console.log(`  calls of AWS IoT a device, to its end: ${listed(iotCalls)}`);
  console.log(`  read units a device, to its end: ${listed(readUnits)}`);
  const total = costOf(withoutLogs(move)).totalUsd;
  const fleet = { devices: MILLION };
  console.log(
    `  moving: $${total.toFixed(2)} (goal: at most $${LIMIT_USD.toFixed(2)}); its six transactional writes alone: $${costOf({ writeRequestUnits: 6 * MILLION }).totalUsd.toFixed(2)}`,
  );
  console.log(
    `  as devicectl plans it: moving $${costOf(countsOfMove(fleet)).totalUsd.toFixed(2)}, what follows $${costOf(countsOfAfterlife(fleet)).totalUsd.toFixed(2)}`,
  );
  console.log(
    `  a state machine a device, a function a state: $${costOfStatePerDevice(MILLION).totalUsd.toFixed(2)}, ${(costOfStatePerDevice(MILLION).totalUsd / total).toFixed(0)} times as much`,
  );
}
