import { invalidParameter } from './request.ts';

/** A word of letters, digits and underscores, or a text in quotes. */
const TERM = /^(?:\w+|"[^"]*")$/;

/**
 * The texts of a filter pattern of plain terms, which must all be in a message. Throws `InvalidParameterException` for
 * another one: what is not run here must not look like logs without a match.
 * Source: CloudWatch Logs user guide, "Filter pattern syntax".
 */
export function textsOfPattern(pattern: string): readonly string[] {
  const terms = pattern.match(/"[^"]*"|\S+/g) ?? [];
  const other = terms.find((term) => !TERM.test(term));
  if (other !== undefined) {
    throw invalidParameter(
      `The laptop runtime does not run the filter pattern ${other}: write words, or texts in double quotes, or use start-query.`,
    );
  }
  return terms.map((term) => (term.startsWith('"') ? term.slice(1, -1) : term));
}
