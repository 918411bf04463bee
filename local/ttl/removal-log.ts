import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from '../package/system-error.ts';

/** Which removals in streams are TTL's, in a file, for a runtime that an engine outlives. */
export interface RemovalLog {
  /** The sequence numbers that earlier runtimes have left of a stream. */
  of(streamArn: string): readonly string[];
  /** Adds to what the next runtime will know. Throws the system's error. */
  add(streamArn: string, sequenceNumbers: readonly string[]): Promise<void>;
}

interface Entry {
  readonly streamArn: string;
  readonly sequenceNumbers: readonly string[];
  /** Epoch milliseconds, by the machine's clock. */
  readonly addedAtMs: number;
}

/** Streams keep their records for a day. */
export const REMOVALS_KEPT_MS = 2 * 86_400_000;

/**
 * Reads what earlier runtimes have left, but for what is older than any stream. Throws the system's error, and one that
 * names the line which is not one of ours.
 */
export async function openRemovalLog(file: string): Promise<RemovalLog> {
  const entries = (await readLines(file)).filter(
    ({ addedAtMs }) => addedAtMs > Date.now() - REMOVALS_KEPT_MS,
  );
  await mkdir(dirname(file), { recursive: true });
  // Renamed into its place, so that whoever is killed here leaves the old file whole.
  await writeFile(`${file}.new`, entries.map(toLine).join(''));
  await rename(`${file}.new`, file);
  return {
    of: (streamArn) =>
      entries.filter((entry) => entry.streamArn === streamArn).flatMap((entry) => entry.sequenceNumbers),
    add: (streamArn, sequenceNumbers) =>
      appendFile(file, toLine({ streamArn, sequenceNumbers, addedAtMs: Date.now() })),
  };
}

function toLine(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

async function readLines(file: string): Promise<Entry[]> {
  // What follows the last line's end was cut off when its writer was killed.
  const lines = (await readText(file)).split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as Entry;
    } catch (cause) {
      throw new Error(
        `Line ${index + 1} of ${file} is not JSON: delete the file; streams then give older removals by TTL without userIdentity.`,
        { cause },
      );
    }
  });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return '';
    throw error;
  }
}
