import type { Chart } from '@device-lifecycle/operator/logs/chart.ts';
import { printableLine } from '@device-lifecycle/operator/output/printable.ts';

const DEFAULT_COLUMNS = 80;

/** A bar for each bin; safe for terminals. */
export function chartAsText({ measure, column, widthMs, bins }: Chart, columns = DEFAULT_COLUMNS): string {
  const most = Math.max(...bins.map(({ sum }) => sum));
  const numbers = bins.map(({ sum }) => sum.toLocaleString('en', { maximumFractionDigits: 2 }));
  const label = (atMs: number) =>
    new Date(atMs)
      .toISOString()
      .replace('T', ' ')
      .slice(0, widthMs < 60_000 ? 19 : 16);
  const widest = Math.max(...numbers.map(({ length }) => length));
  const room = Math.max(10, Math.min(columns, 120) - 22 - widest);
  const lines = bins.map(({ atMs, sum }, index) => {
    const bar = '█'.repeat(most > 0 ? Math.round((Math.max(0, sum) / most) * room) : 0);
    return `${label(atMs)}  ${(numbers[index] ?? '').padStart(widest)}  ${bar}`.trimEnd();
  });
  return [printableLine(`${measure} by ${column} (UTC)`), ...lines].join('\n');
}
