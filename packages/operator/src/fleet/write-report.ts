import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../errors.ts';
import type { DeviceOutcome } from './outcome.ts';
import { reportAsCsv } from './report-csv.ts';

/**
 * Writes a report whole or not at all, in the place of one that is there.
 * @param executionArn of the run
 * @throws CliError when the file cannot be written
 */
export async function writeReport(
  path: string,
  outcomes: AsyncIterable<DeviceOutcome>,
  executionArn: string,
): Promise<void> {
  // Somebody else may be writing the same report.
  const partial = `${path}.${process.pid}.partial`;
  try {
    await pipeline(reportAsCsv(outcomes, executionArn), createWriteStream(partial));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw explained(path, error);
  }
}

function explained(path: string, error: unknown): unknown {
  const { code, syscall } = Object(error);
  if (typeof code !== 'string' || !['open', 'write', 'rename', 'close'].includes(String(syscall)))
    return error;
  return new CliError(`${path} cannot be written (${code}): give another file with --report.`, {
    cause: error,
  });
}
