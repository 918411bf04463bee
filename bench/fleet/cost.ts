import {
  costOfStatePerDevice,
  countsOfAfterlife,
  countsOfMove,
} from '@device-lifecycle/operator/fleet/counts.ts';
import { addCounts, type Charged, type Counts, costOf } from '@device-lifecycle/operator/fleet/prices.ts';
import { type Figure, printFigures, saveResult } from '../results.ts';
import { countAfterlife } from './count-afterlife.ts';
import { countMove, type Requests } from './count-move.ts';
import { parseOptions } from './options.ts';

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

const usd = (counts: Counts): string => `$${costOf(counts).totalUsd.toFixed(2)}`;

/** Of a million devices. */
function figuresOf(move: Counts, follow: Counts, purge: Counts): Figure[] {
  const fleet = { devices: MILLION };
  const moving = costOf(withoutLogs(move)).totalUsd;
  const perDevice = costOfStatePerDevice(MILLION).totalUsd;
  return [
    {
      what: 'moving a million devices',
      measured: `$${moving.toFixed(2)}`,
      reference: `${usd({ writeRequestUnits: 6 * MILLION })}: the six transactional writes alone`,
      goal: `at most $${LIMIT_USD.toFixed(2)}`,
      isMet: moving <= LIMIT_USD,
    },
    {
      what: 'moving a million devices, against a state machine a device',
      measured: `1/${(perDevice / moving).toFixed(0)}`,
      reference: `$${perDevice.toFixed(2)}: a function a state`,
    },
    {
      what: 'moving a million devices, as devicectl plans it',
      measured: usd(countsOfMove(fleet)),
      reference: 'counted, as above',
    },
    {
      what: 'their certificates, and an event each',
      measured: usd(withoutLogs(follow)),
      reference: 'one certificate a device',
    },
    { what: 'their purges', measured: usd(withoutLogs(purge)), reference: 'one certificate a device' },
    {
      what: 'all that follows, as devicectl plans it',
      measured: usd(countsOfAfterlife(fleet)),
      reference: 'counted, as above',
    },
    {
      what: 'logs beside it',
      measured: [move, follow, purge].map(({ logGb = 0 }) => usd({ logGb })).join(', '),
      reference: 'moves, certificates and events, purges',
    },
  ];
}

/** What a million devices cost at list prices, from the counted calls of fewer. */
export async function measureCost(args: readonly string[]): Promise<void> {
  const { costDevices, afterlifeDevices } = parseOptions(args);
  console.log(
    `fleet cost of a million devices with one guard each, at list prices of us-east-1, from the calls of ${costDevices} (moved) and ${afterlifeDevices} with a certificate each (to their end)`,
  );
  const move = await countMove(costDevices);
  const afterlife = await countAfterlife(afterlifeDevices, move);
  const { follow, purge, iotCalls, readUnits } = afterlife;
  printTable({ move, 'certificates, event': follow, purge });
  console.log(`  calls of AWS IoT a device, to its end: ${listed(iotCalls)}`);
  console.log(`  read units a device, to its end: ${listed(readUnits)}`);
  const figures = figuresOf(move, follow, purge);
  printFigures(figures);
  await saveResult({
    name: 'fleet-cost',
    title: 'a million devices at list prices',
    command: `npm run bench -- fleet-cost --cost-devices ${costDevices} --afterlife-devices ${afterlifeDevices}`,
    figures,
    raw: { move, ...afterlife },
  });
}
