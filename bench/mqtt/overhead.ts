import { describeRange, median } from '../measure.ts';
import { type Figure as KeptFigure, saveResult } from '../results.ts';
import { createFleet, type Figure, type Figures, measure, type Size, type Variant } from './broker-round.ts';

const FULL: Size = {
  rounds: 7,
  clients: 1_000,
  many: { clients: 1_000, inFlight: 1, messages: 30_000 },
  few: { clients: 20, inFlight: 16, messages: 60_000 },
  warmUpMessages: 10_000,
};
/** That everything works shows with these. */
const QUICK: Size = {
  rounds: 2,
  clients: 20,
  many: { clients: 20, inFlight: 1, messages: 500 },
  few: { clients: 4, inFlight: 16, messages: 500 },
  warmUpMessages: 100,
};

const LABELS: Readonly<Record<Figure, readonly [label: string, digits: number]>> = {
  connectSeconds: ['seconds to connect all at once', 2],
  connectCpuMs: ['processor, ms a connection', 2],
  kilobytes: ['memory, KB a connection', 0],
  manyRate: ['messages/s, all clients, 1 in flight', 0],
  manyCpu: ['processor, µs a message, all clients', 1],
  fewRate: ['messages/s, few clients, many in flight', 0],
  fewCpu: ['processor, µs a message, few clients', 1],
};

/** Rates, of which more is better. */
const RATES = ['manyRate', 'fewRate'] as const;
/** Of the rate of plain aedes. */
const RATE_GOAL = 0.7;

type Rounds = Readonly<Record<Variant, readonly Figures[]>>;

const ratiosOf = ({ ours, aedes }: Rounds, figure: Figure): number[] =>
  ours.map((round, index) => round[figure] / (aedes[index]?.[figure] ?? Number.NaN));

/** One line each, and what is kept of it. */
function report(rounds: Rounds): KeptFigure[] {
  return (Object.keys(LABELS) as Figure[]).map((figure) => {
    const [label, digits] = LABELS[figure];
    const [ours, plain] = [rounds.ours, rounds.aedes].map((variant) =>
      median(variant.map((round) => round[figure])).toFixed(digits),
    );
    const range = `×${describeRange(ratiosOf(rounds, figure))}`;
    console.log(`  ${label.padEnd(40)} ${ours?.padStart(8)} ${plain?.padStart(8)}   ${range}`);
    const isRate = RATES.some((rate) => rate === figure);
    return {
      what: label,
      measured: `${range}, ${ours}`,
      reference: `plain aedes, ${plain}`,
      ...(isRate && { goal: `at least ×${RATE_GOAL}`, isMet: median(ratiosOf(rounds, figure)) >= RATE_GOAL }),
    };
  });
}

/**
 * What policies, the registry, rules, and AWS IoT's other ways cost: our broker against plain aedes behind a TLS server that
 * asks for the same certificates, with the same clients.
 */
export async function measureOverhead(args: readonly string[]): Promise<void> {
  const size = args.includes('--quick') ? QUICK : FULL;
  const fleet = await createFleet(size.clients);
  const rounds: Record<Variant, Figures[]> = { ours: [], aedes: [] };
  console.log(
    `broker: ${size.clients} clients, or ${size.few.clients} with ${size.few.inFlight} messages on their way each; ` +
      `${size.rounds} rounds of fresh processes, alternating; medians, and ratios of ours to plain aedes\n\n` +
      `  ${''.padEnd(40)} ${'ours'.padStart(8)} ${'aedes'.padStart(8)}   ratio`,
  );
  for (let round = 0; round < size.rounds; round += 1) {
    const order: readonly Variant[] = round % 2 === 0 ? ['ours', 'aedes'] : ['aedes', 'ours'];
    for (const variant of order) rounds[variant].push(await measure(fleet, variant, size));
  }
  await saveResult({
    name: 'mqtt-broker',
    title: `the broker for ${size.clients} devices over mutual TLS, against plain aedes`,
    command: 'npm run bench -- mqtt-broker',
    figures: report(rounds),
    panels: [
      {
        title: 'Messages a second',
        xLabel: '',
        yLabel: 'of those of plain aedes',
        kind: 'bar',
        categories: RATES.map((figure) => LABELS[figure][0].replace('messages/s, ', '')),
        goal: { value: RATE_GOAL, label: `goal ${RATE_GOAL}` },
        series: [
          {
            name: 'ratio',
            points: RATES.map((figure, index) => [index, median(ratiosOf(rounds, figure))] as const),
          },
        ],
      },
    ],
    raw: { size, rounds },
  });
}
