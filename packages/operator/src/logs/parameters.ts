import { UsageError } from '../errors.ts';
import type { SavedQuery } from './ports.ts';

/** What saved queries leave open, by the names of the options that fill it. */
const PLACEHOLDERS = { 'device-id': 'DEVICE_ID', 'correlation-id': 'CORRELATION_ID' } as const;

export type QueryParameter = keyof typeof PLACEHOLDERS;
export type Parameters = { readonly [name in QueryParameter]?: string | undefined };

export const QUERY_PARAMETERS = Object.keys(PLACEHOLDERS) as QueryParameter[];

/** What a query needs. */
export const parametersOf = ({ queryString }: SavedQuery): readonly QueryParameter[] =>
  QUERY_PARAMETERS.filter((option) => queryString.includes(PLACEHOLDERS[option]));

/** The text of a query with its parameters in place. @throws UsageError */
export function fillIn(query: SavedQuery, parameters: Parameters): string {
  const needed = parametersOf(query);
  let text = query.queryString;
  for (const option of QUERY_PARAMETERS) {
    const value = parameters[option];
    const isNeeded = needed.includes(option);
    if (isNeeded && value === undefined) throw new UsageError(`"${query.name}" needs --${option}.`);
    if (value === undefined) continue;
    if (!isNeeded) throw new UsageError(`"${query.name}" is not about one: leave out --${option}.`);
    // It stands within quotes.
    if (/["\\\p{Cc}]/u.test(value)) {
      throw new UsageError(
        `--${option} ${value} is no id: those have no quotes, backslashes and control characters.`,
      );
    }
    text = text.replaceAll(PLACEHOLDERS[option], () => value);
  }
  return text;
}
