import { javaRegex } from '../../rules/functions/java-regex.ts';
import { QueryError } from './query-error.ts';
import type { RegexNode } from './syntax.ts';

/**
 * The regular expression of a query, which may begin with `(?i)`. Never has the flag g. Throws {@link QueryError}
 * for one that AWS would not take, or that would mean something else here.
 */
export function compileRegex({ source, at }: RegexNode): RegExp {
  const ignoresCase = source.startsWith('(?i)');
  // A slash is escaped only because it would end the expression.
  const pattern = (ignoresCase ? source.slice('(?i)'.length) : source).replaceAll('\\/', '/');
  const made = javaRegex(pattern);
  switch (made.kind) {
    case 'regex':
      return ignoresCase ? new RegExp(made.regex.source, `${made.regex.flags}i`) : made.regex;
    case 'javaOnly':
      throw new QueryError(`the laptop runtime can't run ${made.construct} in a regular expression`, at);
    case 'invalid':
      throw new QueryError(`/${source}/ is not a regular expression`, at);
  }
}

/** The names of a regular expression's groups, in their order. */
export function groupNames({ source }: RegexNode): readonly string[] {
  const unescaped = source.replace(/\\[\s\S]/g, '');
  return [...unescaped.matchAll(/\(\?<([A-Za-z]\w*)>/g)].map(([, name]) => name ?? '');
}
