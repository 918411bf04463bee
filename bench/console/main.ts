import { buildPage } from '@device-lifecycle/console/server/page-files.ts';
import type { Figure } from '../result-tables.ts';
import { saveResult } from '../results.ts';
import { type Browsed, measureBrowse } from './browse.ts';
import { measurePaints, type Paints } from './paint.ts';
import { measureUpdates, type Update } from './updates.ts';
import { withConsole } from './with-console.ts';

const GOALS = { viewMs: 300, pageKb: 150, updateMs: 500, tabMb: 150 } as const;
const BYTES_PER_KB = 1_024;
const FULL = { loads: 30, updates: 40, devices: 100_000 } as const;
const QUICK = { loads: 2, updates: 2, devices: 2_000 } as const;

/** Of a sorted share, as 0.95. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const spread = (values: readonly number[]): string =>
  `${quantile(values, 0.5).toFixed(0)}, p95 ${quantile(values, 0.95).toFixed(0)}`;

function paintFigures({ console, empty }: Paints): readonly Figure[] {
  const views = console.map(({ viewMs }) => viewMs);
  const emptyViews = empty.map(({ viewMs }) => viewMs);
  const ratio = quantile(views, 0.5) / quantile(emptyViews, 0.5);
  return [
    {
      what: 'first view painted, ms after the first byte',
      measured: spread(views),
      reference: `${spread(emptyViews)}: a page with nothing but a heading (${ratio.toFixed(1)} times as long)`,
      goal: `p95 at most ${GOALS.viewMs}`,
      isMet: quantile(views, 0.95) <= GOALS.viewMs,
    },
    {
      what: 'first contentful paint, ms after the first byte',
      measured: spread(console.map(({ contentMs }) => contentMs)),
      reference: `${spread(empty.map(({ contentMs }) => contentMs))}: a page with nothing but a heading`,
    },
  ];
}

function sizeFigure(bytes: number): Figure {
  const kb = bytes / BYTES_PER_KB;
  return {
    what: 'page, KB compressed',
    measured: kb.toFixed(1),
    reference: 'Brotli, all files of all views',
    goal: `at most ${GOALS.pageKb}`,
    isMet: kb <= GOALS.pageKb,
  };
}

function updateFigures(updates: readonly Update[]): readonly Figure[] {
  const sinceEvent = updates.map(({ sinceEventMs }) => sinceEventMs);
  return [
    {
      what: 'an event on the screen, ms after it is in the log group',
      measured: spread(sinceEvent),
      reference: 'polled every 150 ms',
      goal: `p95 at most ${GOALS.updateMs}`,
      isMet: quantile(sinceEvent, 0.95) <= GOALS.updateMs,
    },
    {
      what: 'a registration on the screen, ms after the device has asked for it',
      measured: spread(updates.map(({ sinceRequestMs }) => sinceRequestMs)),
      reference: 'with rule, function, transaction, stream and bus',
    },
  ];
}

function browseFigure({ devices, seconds, rows, before, peak, after }: Browsed): Figure {
  const mb = (value: number) => value.toFixed(0);
  return {
    what: 'memory of the tab, all devices browsed, MB',
    measured: `${mb(peak.privateMb)} at its peak, ${mb(after.privateMb)} afterwards`,
    reference: `${mb(before.privateMb)} before; ${devices.toLocaleString('en')} devices to the end and back in ${seconds.toFixed(0)} s, ${rows} rows in the document at most`,
    goal: `at most ${GOALS.tabMb} more`,
    isMet: peak.privateMb - before.privateMb <= GOALS.tabMb,
  };
}

/** How quick and how large the console is, in a real browser on a laptop stack. */
export async function measureConsole(args: readonly string[]): Promise<void> {
  const { loads, updates: updateCount, devices } = args.includes('--quick') ? QUICK : FULL;
  console.log(`console: ${loads} loads, ${updateCount} updates, ${devices} devices browsed`);
  const { paints, updates } = await withConsole(async (parts) => ({
    paints: await measurePaints(parts, loads),
    updates: await measureUpdates(parts, updateCount),
  }));
  const browsed = await measureBrowse(devices);
  const compressedBytes = buildPage().compressedBytes;
  const figures = [
    ...paintFigures(paints),
    sizeFigure(compressedBytes),
    ...updateFigures(updates),
    browseFigure(browsed),
  ];
  for (const { what, measured, reference } of figures) console.log(`  ${what}: ${measured} (${reference})`);
  await saveResult({
    name: 'console',
    title: 'the console, in a browser',
    command: 'npm run bench -- console',
    figures,
    raw: { paints, updates, browsed, compressedBytes },
  });
}
