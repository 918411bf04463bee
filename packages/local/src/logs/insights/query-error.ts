/** A query that is not one of Logs Insights, or that the laptop runtime would run otherwise than AWS. */
export class QueryError extends Error {
  /** Where in the query's text; undefined where it is about the whole. */
  readonly offset: number | undefined;

  constructor(message: string, offset?: number, options?: ErrorOptions) {
    super(message, options);
    this.name = 'QueryError';
    this.offset = offset;
  }
}
