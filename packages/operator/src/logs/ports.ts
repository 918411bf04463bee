/** A query that the stack has saved. */
export interface SavedQuery {
  /** Without the stack's. */
  readonly name: string;
  readonly queryString: string;
  readonly logGroupNames: readonly string[];
}

export interface QueryRequest {
  readonly queryString: string;
  readonly logGroupNames: readonly string[];
  /** Epoch seconds. */
  readonly startTime: number;
  readonly endTime: number;
  readonly limit: number;
}

export type LogRow = Readonly<Record<string, string>>;

export interface QueryAnswer {
  /** `Scheduled`, `Running`, `Complete`, `Failed`, `Cancelled`, `Timeout` or `Unknown`. */
  readonly status: string;
  readonly rows: readonly LogRow[];
  readonly statistics: {
    readonly recordsMatched: number;
    readonly recordsScanned: number;
    readonly bytesScanned: number;
  };
}

/** CloudWatch Logs Insights. Errors are those of the SDK. */
export interface LogQueries {
  /** Those of the stack, by name. */
  saved(): Promise<readonly SavedQuery[]>;
  /** Resolves to the queryId. */
  start(request: QueryRequest): Promise<string>;
  answer(queryId: string): Promise<QueryAnswer>;
  stop(queryId: string): Promise<void>;
}
