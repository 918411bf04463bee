/** What a saved query leaves open. */
export type QueryParameter = 'device-id' | 'correlation-id';

/** A query that the stack has saved. */
export interface QuerySummary {
  /** Without the stack's name: `rejections by code`. */
  readonly title: string;
  /** As it stands in an address: `rejections-by-code`. */
  readonly name: string;
  /** What it answers, in English; empty for one that is not of the service. */
  readonly description: string;
  readonly parameters: readonly QueryParameter[];
  /** In the language of CloudWatch Logs Insights. */
  readonly queryString: string;
  readonly logGroupNames: readonly string[];
}

/** `GET /api/queries`. */
export interface QueryList {
  readonly queries: readonly QuerySummary[];
}

export type QueryRow = Readonly<Record<string, string>>;

export interface QueryResult {
  readonly rows: readonly QueryRow[];
  readonly statistics: {
    readonly recordsMatched: number;
    readonly recordsScanned: number;
    readonly bytesScanned: number;
  };
  /** What it costs. */
  readonly usd: number;
  /** Of a query that bins by time: sums of `measure`, by the time at which a bin begins, in epoch milliseconds. */
  readonly chart?: {
    readonly measure: string;
    readonly widthMs: number;
    readonly bins: readonly { readonly atMs: number; readonly sum: number }[];
  };
}

/**
 * A line of `GET /api/queries/{name}/run?from&until&device-id&correlation-id`; times in epoch seconds, until now without
 * `until`. A page that goes away stops the query.
 */
export type QueryLine = { readonly recordsScanned: number } | { readonly result: QueryResult };
