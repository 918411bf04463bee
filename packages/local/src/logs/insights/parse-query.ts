import { loadGrammar } from '../../rules/load-grammar.ts';
import { checkQuery } from './check-query.ts';
import { QueryError } from './query-error.ts';
import type { Query } from './syntax.ts';

const parser = await loadGrammar(new URL('./query.peggy', import.meta.url), ['Query']);

/**
 * Parses a query of CloudWatch Logs Insights and checks what does not depend on the logs. Throws {@link QueryError}
 * for what is not Logs Insights QL, and for what the laptop runtime does not run.
 */
export function parseQuery(text: string): Query {
  try {
    const query = parser.parse(text, { startRule: 'Query' }) as Query;
    checkQuery(query);
    return query;
  } catch (error) {
    if (error instanceof parser.SyntaxError) {
      throw new QueryError(error.message.replace(/\.$/, ''), error.location.start.offset, { cause: error });
    }
    if (error instanceof RangeError) {
      throw new QueryError('the query is nested too deeply; make it simpler', undefined, { cause: error });
    }
    throw error;
  }
}
