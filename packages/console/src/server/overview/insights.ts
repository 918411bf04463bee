import type { LogRow } from '@device-lifecycle/operator/logs/ports.ts';
import { createLogQueries } from '@device-lifecycle/operator/logs/queries.ts';
import { runQuery } from '@device-lifecycle/operator/logs/run-query.ts';
import { endOfLogs } from '@device-lifecycle/operator/logs/run-saved.ts';
import type { Watcher } from '@device-lifecycle/operator/watcher.ts';
import type { Scanned, Span } from '../../contract/overview.ts';
import { scanPriceUsd } from '../scan-price.ts';
import type { ConsoleTools } from '../tools.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

export const SPAN_MS: Readonly<Record<Span, number>> = {
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
};

/** How long an answer is good: the longer the span, the more it costs, and the less it changes. */
export const FRESH_MS = {
  aws: { hour: 60_000, day: 900_000, week: 3_600_000 },
  laptop: { hour: 4_000, day: 4_000, week: 4_000 },
} as const satisfies Record<string, Record<Span, number>>;

/** What a card that is looked at all day may cost by itself, of a fleet however large. */
const MAX_USD_PER_HOUR = 0.02;

/** How long the answer to a question has to do, in milliseconds, for what it has cost. */
export const restAfter = ({ scanned }: { readonly scanned: Scanned }): number =>
  (scanned.usd / MAX_USD_PER_HOUR) * HOUR_MS;

interface LogQuestion {
  readonly title: string;
  readonly queryString: string;
  readonly logGroupNames: readonly string[];
  /** Epoch milliseconds. */
  readonly fromMs: number;
  readonly limit: number;
}

type Tools = Pick<ConsoleTools, 'stack' | 'clients' | 'clock' | 'signal'>;

/** Asks CloudWatch Logs Insights. @throws CliError, and errors of the SDK */
export async function askLogs(
  { stack, clients, clock, signal }: Tools,
  { title, queryString, logGroupNames, fromMs, limit }: LogQuestion,
): Promise<{ readonly rows: readonly LogRow[]; readonly scanned: Scanned }> {
  const { rows, statistics } = await runQuery(
    { clock, signal, terminal: silent },
    createLogQueries(clients.logs, stack),
    title,
    {
      queryString,
      logGroupNames,
      startTime: Math.max(0, Math.floor(fromMs / SECOND_MS)),
      endTime: endOfLogs(stack, clock.now()),
      limit,
    },
  );
  const bytes = statistics.bytesScanned;
  return { rows, scanned: { bytes, usd: scanPriceUsd(bytes, stack), atMs: clock.now() } };
}

/** Nobody watches these queries: they are over in seconds. */
const silent: Watcher['terminal'] = {
  progress: () => ({ update: () => undefined, stop: () => undefined }),
};
