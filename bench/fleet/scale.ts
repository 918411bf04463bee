import { makeFleet } from '@device-lifecycle/test-kit/fleet-devices.ts';
import type { Panel } from '../plot.ts';
import { type Figure, printFigures, saveResult } from '../results.ts';
import { fitLine, spreadOf } from '../soak/verdicts.ts';
import { readFunctionUsage } from './count-move.ts';
import { openEngine, openRuntime, withParts } from './fleets.ts';
import { parseOptions } from './options.ts';
import { environmentsOf, findProcess, usageOf } from './processes.ts';
import type { Heap } from './runtime.ts';

const BYTES_PER_MB = 2 ** 20;
/** Without a limit, V8 collects as late as the machine's memory lets it, and the peak says nothing. */
const HEAP_LIMIT_MB = 256;

interface Measured {
  readonly devices: number;
  readonly seconds: number;
  readonly runtimeHeapMb: number;
  /** The largest of its environments. */
  readonly functionRssMb: number;
  /** As Lambda reports it, before garbage is collected. */
  readonly functionPeakMb: number;
  readonly rssMb: number;
  readonly peakRssMb: number;
  readonly enginePeakRssMb: number;
}

const megabytes = ({ usedBytes, externalBytes }: Heap): number => (usedBytes + externalBytes) / BYTES_PER_MB;

/** One fleet on an engine and a runtime of its own. */
async function measureSize(devices: number): Promise<Measured> {
  return withParts(async (parts) => {
    const { url, seeded } = await openEngine(parts);
    await seeded.put(makeFleet('scale', devices));
    await seeded.enableStreams();
    const { runtime, fleets } = await openRuntime(parts, url, {
      nodeArgs: [`--max-old-space-size=${HEAP_LIMIT_MB}`],
    });
    const { seconds } = await fleets.decommission({ fleet: 'scale', devices });
    const { peakRssBytes } = await runtime.usage();
    const heap = await runtime.heap();
    const environments = await environmentsOf(runtime.pid);
    const ours = environments.filter(({ functionName }) => functionName === 'decommission-devices');
    const sizes = await Promise.all(ours.map(({ pid }) => usageOf(pid)));
    const used = (await readFunctionUsage(runtime.logsDirectory)).get('decommission-devices');
    const engineUsage = await usageOf(await findProcess('dynoxide', new URL(url).port));
    return {
      devices,
      seconds,
      runtimeHeapMb: megabytes(heap),
      functionPeakMb: used?.maxMemoryMb ?? Number.NaN,
      functionRssMb: Math.max(...sizes.map((size) => size.rssBytes / BYTES_PER_MB)),
      rssMb: heap.rssBytes / BYTES_PER_MB,
      peakRssMb: peakRssBytes / BYTES_PER_MB,
      enginePeakRssMb: engineUsage.peakRssBytes / BYTES_PER_MB,
    };
  });
}

const COLUMNS: readonly (readonly [label: string, of: keyof Measured, digits: number])[] = [
  ['devices', 'devices', 0],
  ['seconds', 'seconds', 1],
  ['runtime heap MB', 'runtimeHeapMb', 1],
  ['function heap MB', 'functionRssMb', 1],
  ['function peak MB', 'functionPeakMb', 0],
  ['RSS MB', 'rssMb', 0],
  ['peak RSS MB', 'peakRssMb', 0],
  ['engine peak RSS MB', 'enginePeakRssMb', 0],
];

const widthOf = (label: string): number => Math.max(10, label.length);

const printCells = (cells: readonly string[]): void => console.log(`  ${cells.join('  ')}`);

const printHead = (): void => printCells(COLUMNS.map(([label]) => label.padStart(widthOf(label))));

const printRow = (row: Measured): void =>
  printCells(COLUMNS.map(([label, of, digits]) => row[of].toFixed(digits).padStart(widthOf(label))));

/** What must not grow with the fleet, and what is told beside it, since V8 collects late where there is room. */
const MEMORY = [
  { of: 'runtimeHeapMb', what: "runtime's heap, collected", hasGoal: true },
  { of: 'functionRssMb', what: "function's resident memory", hasGoal: true },
  { of: 'functionPeakMb', what: "function's memory, as Lambda reports it", hasGoal: true },
  { of: 'rssMb', what: "runtime's resident memory, collected", hasGoal: true },
  { of: 'peakRssMb', what: "runtime's resident memory at its peak", hasGoal: false },
  { of: 'enginePeakRssMb', what: "table engine's resident memory at its peak", hasGoal: false },
] as const satisfies readonly {
  readonly of: keyof Measured;
  readonly what: string;
  readonly hasGoal: boolean;
}[];
/** Within ±10 % of a middle. */
const MOST_SPREAD = 1.1 / 0.9 - 1;

function timeOf(rows: readonly Measured[]): Figure {
  const { intercept, slope, rSquared } = fitLine(
    rows.map(({ devices, seconds }) => ({ x: devices, y: seconds })),
  );
  // A line goes through any two points.
  const explained = rows.length > 2 ? `, R² ${rSquared.toFixed(4)}` : '';
  return {
    what: 'time of a fleet, as a line',
    measured: `${intercept.toFixed(1)} s + ${(slope * 1000).toFixed(2)} ms a device${explained}`,
    reference: `${rows.length} sizes, ${rows[0]?.devices} to ${rows.at(-1)?.devices} devices`,
  };
}

function memoryOf(rows: readonly Measured[], { of, what, hasGoal }: (typeof MEMORY)[number]): Figure {
  const values = rows.map((row) => row[of]);
  const spread = spreadOf(values);
  return {
    what,
    measured: `+${(spread * 100).toFixed(0)} % (${values.map((value) => value.toFixed(0)).join(', ')} MB)`,
    reference: 'the size that takes least',
    ...(hasGoal && { goal: 'at most +22 % (±10 %)', isMet: spread <= MOST_SPREAD }),
  };
}

const panelOf = (
  rows: readonly Measured[],
  title: string,
  yLabel: string,
  series: Readonly<Record<string, keyof Measured>>,
): Panel => ({
  title,
  xLabel: 'devices',
  yLabel,
  kind: 'line',
  series: Object.entries(series).map(([name, of]) => ({
    name,
    points: rows.map((row) => [row.devices, row[of]] as const),
  })),
});

/** Whether time grows with the fleet, and memory does not. */
export async function measureScale(args: readonly string[]): Promise<void> {
  const { sizes } = parseOptions(args);
  console.log(
    `fleet scale: one execution on an engine and a runtime of its own each, whose heap may have ${HEAP_LIMIT_MB} MB; heaps and RSS after collection`,
  );
  const rows: Measured[] = [];
  printHead();
  for (const size of sizes) {
    const row = await measureSize(size);
    printRow(row);
    rows.push(row);
  }
  if (rows.length < 2) return;
  const figures = [timeOf(rows), ...MEMORY.map((memory) => memoryOf(rows, memory))];
  printFigures(figures);
  await saveResult({
    name: 'fleet-scale',
    title: 'fleets of several sizes',
    command: `npm run bench -- fleet-scale --devices ${sizes.join(',')}`,
    figures,
    panels: [
      panelOf(rows, 'Time of a fleet', 's', { seconds: 'seconds' }),
      panelOf(rows, 'Memory after a fleet', 'MB', {
        "runtime's heap": 'runtimeHeapMb',
        "function's resident memory": 'functionRssMb',
        'function, as Lambda reports it': 'functionPeakMb',
        "runtime's resident memory": 'rssMb',
        'at its peak': 'peakRssMb',
      }),
    ],
    raw: rows,
  });
}
