import type { OptionDefinitions } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { Values } from '../values.ts';
import type { SavedQuery } from './ports.ts';

/** The options that fill what saved queries leave open. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  'device-id': 'DEVICE_ID',
  'correlation-id': 'CORRELATION_ID',
};

export const PARAMETER_OPTIONS: OptionDefinitions = {
  'device-id': { type: 'string', value: 'ID', description: 'the device, for queries about one' },
  'correlation-id': {
    type: 'string',
    value: 'ID',
    description: 'the request, for queries about one: a trace id, or the ARN of an execution',
  },
};

/** The options that a query needs. */
export const parametersOf = ({ queryString }: SavedQuery): readonly string[] =>
  Object.keys(PLACEHOLDERS).filter((option) => queryString.includes(PLACEHOLDERS[option] ?? ''));

/** The text of a query with its parameters in place. @throws UsageError */
export function fillIn(query: SavedQuery, values: Values): string {
  const needed = parametersOf(query);
  let text = query.queryString;
  for (const [option, placeholder] of Object.entries(PLACEHOLDERS)) {
    const value = values.text(option);
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
    text = text.replaceAll(placeholder, () => value);
  }
  return text;
}
