import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../errors.ts';
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
 * Writes a report whole or not at all, in the place of one that is there.
 * @param executionArn of the run; in each line, so that lines of several reports can be put together
 * @throws CliError when the file cannot be written
 */
export async function writeReport(
  path: string,
  outcomes: AsyncIterable<DeviceOutcome>,
  executionArn: string,
): Promise<void> {
  const { stringify } = await import('csv-stringify');
  // Somebody else may be writing the same report.
  const partial = `${path}.${process.pid}.partial`;
  async function* rows(): AsyncGenerator<readonly string[]> {
    for await (const { deviceId, outcome, error = '', message = '', retryable, ttl } of outcomes) {
      const texts = [deviceId, outcome, error, message].map(guarded);
      yield [...texts, String(retryable ?? ''), String(ttl ?? ''), executionArn];
    }
  }
  try {
    await pipeline(
      Readable.from(rows()),
      // Spreadsheets take a text for a formula by its first character.
      stringify({ header: true, columns: [...REPORT_COLUMNS], escape_formulas: true }),
      createWriteStream(partial),
    );
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw explained(path, error);
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

function explained(path: string, error: unknown): unknown {
  const { code, syscall } = Object(error);
  if (typeof code !== 'string' || !['open', 'write', 'rename', 'close'].includes(String(syscall)))
    return error;
  return new CliError(`${path} cannot be written (${code}): give another file with --report.`, {
    cause: error,
  });
}
