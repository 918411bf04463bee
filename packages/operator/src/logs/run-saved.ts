import type { Stack } from '../stack.ts';
import type { Watcher } from '../watcher.ts';
import { binsOf, type Chart, chartOf } from './chart.ts';
import { fillIn, type Parameters } from './parameters.ts';
import type { LogQueries, QueryAnswer, QueryRequest, SavedQuery } from './ports.ts';
import { runQuery } from './run-query.ts';

/** For which time, and how much of it. */
export type Span = Pick<QueryRequest, 'startTime' | 'endTime' | 'limit'>;

export interface SavedAnswer extends QueryAnswer {
  readonly queryId: string;
  /** Of a query that bins by time, where it found something. */
  readonly chart?: Chart;
}

/** Runs a saved query to its end; an abort stops it, so that it scans, and costs, no more. @throws UsageError, CliError */
export async function runSaved(
  queries: LogQueries,
  query: SavedQuery,
  { parameters, ...span }: Span & { readonly parameters: Parameters },
  watcher: Watcher,
): Promise<SavedAnswer> {
  const queryString = fillIn(query, parameters);
  const request = { ...span, queryString, logGroupNames: query.logGroupNames };
  const { queryId, status, rows, statistics } = await runQuery(watcher, queries, query.name, request);
  const shown = rows.slice(0, span.limit);
  const bins = binsOf(queryString);
  const chart = bins && chartOf(shown, bins);
  return { queryId, status, statistics, rows: shown, ...(chart !== undefined && { chart }) };
}

/** 2100: the laptop's time may have been moved forward, and its logs with it. */
const END_OF_TIME_EPOCH_SECONDS = 4_102_444_800;

/** Until when there are logs, in epoch seconds: now, but on the laptop. */
export const endOfLogs = ({ clientConfig }: Pick<Stack, 'clientConfig'>, nowMs: number): number =>
  clientConfig.endpoint === undefined ? Math.ceil(nowMs / 1_000) : END_OF_TIME_EPOCH_SECONDS;
