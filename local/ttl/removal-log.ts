import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from '../package/system-error.ts';

/** Which removals in streams are TTL's, in a file, for a runtime that an engine outlives. */
export interface RemovalLog {
  /** The sequence numbers that are known of a stream. */
  of(streamArn: string): readonly string[];
  /** Adds to what is known. Throws the system's error. */
  add(streamArn: string, sequenceNumbers: readonly string[]): Promise<void>;
}

interface Entry {
  readonly streamArn: string;
  readonly sequenceNumbers: readonly string[];
  /** Epoch milliseconds, by the machine's clock. */
  readonly addedAtMs: number;
}

/** Streams keep their records for a day. */
const KEPT_MS = 2 * 86_400_000;

/** Reads what earlier runtimes have left, but for what is older than any stream. Throws the system's error. */
export async function openRemovalLog(file: string): Promise<RemovalLog> {
  const entries = (await readLines(file)).filter(({ addedAtMs }) => addedAtMs > Date.now() - KEPT_MS);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, entries.map(toLine).join(''));
  return {
    of: (streamArn) =>
      entries.filter((entry) => entry.streamArn === streamArn).flatMap((entry) => entry.sequenceNumbers),
    async add(streamArn, sequenceNumbers) {
      const entry = { streamArn, sequenceNumbers, addedAtMs: Date.now() };
      await appendFile(file, toLine(entry));
      entries.push(entry);
    },
  };
}

function toLine(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

async function readLines(file: string): Promise<Entry[]> {
  try {
    // What follows the last line's end was cut off when its writer was killed.
    const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Entry);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
