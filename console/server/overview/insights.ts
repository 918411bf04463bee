import type { Clock } from '../../../cli/clock.ts';
import type { LogRow } from '../../../cli/logs/ports.ts';
import { createLogQueries } from '../../../cli/logs/queries.ts';
import { runQuery } from '../../../cli/logs/run-query.ts';
import { endOfLogs } from '../../../cli/logs/run-saved.ts';
import type { Watcher } from '../../../cli/watcher.ts';
import type { Scanned, Span } from '../../contract/overview.ts';
import { type ConsoleTools, isLocal } from '../tools.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
/** https://aws.amazon.com/cloudwatch/pricing/, us-east-1, as of 2026-11-24. */
const USD_PER_GB_SCANNED = 0.005;
const GB = 1024 ** 3;

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

export interface LogQuestion {
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
  return { rows, scanned: scannedOf(statistics.bytesScanned, isLocal(stack), clock) };
}

const scannedOf = (bytes: number, isFree: boolean, clock: Pick<Clock, 'now'>): Scanned => ({
  bytes,
  usd: isFree ? 0 : (bytes / GB) * USD_PER_GB_SCANNED,
  atMs: clock.now(),
});

/** Nobody watches these queries: they are over in seconds. */
const silent: Watcher['terminal'] = {
  progress: () => ({ update: () => undefined, stop: () => undefined }),
};
