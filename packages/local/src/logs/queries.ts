import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import type { QueryEvent } from './insights/rows.ts';
import { type QueryResult, runQuery } from './insights/run-query.ts';
import type { Query as QuerySyntax } from './insights/syntax.ts';
import type { LogGroup } from './log-group.ts';

export interface QueryRequest {
  readonly queryString: string;
  readonly query: QuerySyntax;
  readonly groups: readonly LogGroup[];
  readonly startTimeMs: number;
  /** Included. */
  readonly endTimeMs: number;
  /** How many rows at most, where the query says nothing. */
  readonly limit: number;
}

/** A query that was started. */
export interface Query {
  readonly queryId: string;
  readonly queryString: string;
  readonly logGroupNames: readonly string[];
  readonly createTimeMs: number;
  readonly status: 'Running' | 'Complete' | 'Failed' | 'Cancelled';
  /** Once it is complete. */
  readonly result: QueryResult | undefined;
  stop(): void;
}

export interface Queries {
  /** Returns the query's id. */
  start(request: QueryRequest): string;
  find(queryId: string): Query | undefined;
  /** The newest first. */
  all(): readonly Query[];
  /** Stops those that run. */
  close(): void;
}

export interface QueriesOptions {
  readonly clock: Clock;
  readonly accountId: string;
  readonly log: RuntimeLog;
}

/** How many queries are remembered with their results. */
const MAX_QUERIES = 100;

/** Runs queries over log groups, several at once, without keeping anything else from its turn. */
export function createQueries(options: QueriesOptions): Queries {
  const queries = new Map<string, Query>();
  return {
    start(request) {
      const query = startQuery(request, options);
      queries.set(query.queryId, query);
      const [oldest] = queries.keys();
      if (queries.size > MAX_QUERIES && oldest !== undefined) queries.delete(oldest);
      return query.queryId;
    },
    find: (queryId) => queries.get(queryId),
    all: () => [...queries.values()].reverse(),
    close() {
      for (const query of queries.values()) query.stop();
    },
  };
}

function startQuery(request: QueryRequest, { clock, accountId, log }: QueriesOptions): Query {
  const controller = new AbortController();
  const nowMs = clock.now();
  let status: Query['status'] = 'Running';
  let result: QueryResult | undefined;
  const run = { nowMs, defaultLimit: request.limit, signal: controller.signal };
  runQuery(request.query, eventsOf(request, accountId), run).then(
    (answer) => {
      result = answer;
      status = 'Complete';
    },
    (error: unknown) => {
      status = controller.signal.aborted ? 'Cancelled' : 'Failed';
      if (status === 'Failed') log.error(`a query failed: ${String(error)} (${request.queryString})`);
    },
  );
  return {
    queryId: randomUUID(),
    queryString: request.queryString,
    logGroupNames: request.groups.map(({ logGroupName }) => logGroupName),
    createTimeMs: nowMs,
    get status() {
      return status;
    },
    get result() {
      return result;
    },
    stop() {
      if (status !== 'Running') return;
      status = 'Cancelled';
      controller.abort();
    },
  };
}

function eventsOf(
  { groups, startTimeMs, endTimeMs }: QueryRequest,
  accountId: string,
): readonly QueryEvent[] {
  return groups.flatMap((group) => {
    const { logGroupName } = group;
    const log = `${accountId}:${logGroupName}`;
    return group
      .events(startTimeMs, endTimeMs)
      .map((event) => ({ ...event, logGroupName, log, pointer: `${logGroupName}/${event.sequence}` }));
  });
}
