import { Readable } from 'node:stream';
import { printable } from '../output/printable.ts';
import type { DeviceOutcome } from './outcome.ts';

/** In this order. A contract: see docs/operations.md. */
export const REPORT_COLUMNS = [
  'deviceId',
  'outcome',
  'error',
  'message',
  'retryable',
  'ttl',
  'execution',
] as const;

/**
 * A report as CSV, streamed.
 * @param executionArn of the run; in each line, so that lines of several reports can be put together
 */
export async function* reportAsCsv(
  outcomes: AsyncIterable<DeviceOutcome>,
  executionArn: string,
): AsyncGenerator<Buffer> {
  const { stringify } = await import('csv-stringify');
  const rows = Readable.from(rowsOf(outcomes, executionArn));
  // Spreadsheets take a text for a formula by its first character.
  const csv = stringify({ header: true, columns: [...REPORT_COLUMNS], escape_formulas: true });
  rows.on('error', (error) => csv.destroy(error)).pipe(csv);
  try {
    yield* csv as AsyncIterable<Buffer>;
  } finally {
    rows.destroy();
  }
}

async function* rowsOf(
  outcomes: AsyncIterable<DeviceOutcome>,
  executionArn: string,
): AsyncGenerator<readonly string[]> {
  for await (const { deviceId, outcome, error = '', message = '', retryable, ttl } of outcomes) {
    const texts = [deviceId, outcome, error, message].map(guarded);
    yield [...texts, String(retryable ?? ''), String(ttl ?? ''), executionArn];
  }
}

/**
 * What is said of devices may hold anything: a NUL would make a file of the report that nobody takes for text, this tool
 * neither. A line feed in front is one more that OWASP has spreadsheets pass over on their way to a formula, and csv-stringify
 * does not guard. https://owasp.org/www-community/attacks/CSV_Injection
 */
const guarded = (text: string): string => {
  const safe = printable(text);
  return safe.startsWith('\n') ? `'${safe}` : safe;
};
