import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode } from '../data/database.ts';
import type { DynamoDbCall } from '../engine/dynamodb-call.ts';
import type { EngineRecord } from '../streams/stream-record.ts';
import { type ExpiredItem, keyText, type TtlTable } from './expired-items.ts';
import { StreamEnd } from './streams-api.ts';

/** Whether a record of a stream tells of an item that was removed, by whomever. */
export function isRemoval({ eventName }: EngineRecord): boolean {
  return eventName === 'REMOVE';
}

/** Whether an item that was removed had a TTL, which is taken for granted where the stream has no images. */
export function hadTtl({ dynamodb }: EngineRecord, ttlAttribute: string, ttl: string): boolean {
  const { OldImage: image } = dynamodb;
  return image === undefined || Number(image[ttlAttribute]?.['N']) === Number(ttl);
}

/**
 * Finds what came of the deletions that an earlier runtime was killed in, and has the log know. For each item that is
 * the last removal with the TTL that it was to be deleted for; there may be none. Throws what calls throw.
 */
export async function settleLeftRemovals(
  streamsCall: DynamoDbCall,
  { streamArn, ttlAttribute }: TtlTable,
  removalLog: RemovalLog,
): Promise<readonly string[]> {
  if (streamArn === undefined) return [];
  const items = removalLog.intended(streamArn);
  if (items.length === 0) return [];
  const found = await lastRemovals(await StreamEnd.takeStart(streamsCall, streamArn), items, ttlAttribute);
  await removalLog.add(streamArn, found);
  return found;
}

async function lastRemovals(
  stream: StreamEnd,
  items: readonly ExpiredItem[],
  ttlAttribute: string,
): Promise<readonly string[]> {
  const wanted = new Map(items.map(({ key, ttl }) => [keyText(key), ttl]));
  const found = new Map<string, string>();
  let count: number;
  do {
    count = await stream.read((record) => {
      if (!isRemoval(record)) return;
      const key = keyText(record.dynamodb.Keys);
      const ttl = wanted.get(key);
      if (ttl !== undefined && hadTtl(record, ttlAttribute, ttl))
        found.set(key, record.dynamodb.SequenceNumber);
    });
  } while (count > 0);
  return [...found.values()];
}

/** Which removals in streams are TTL's, in a file, for a runtime that an engine outlives. */
export interface RemovalLog {
  /** The sequence numbers that earlier runtimes have left of a stream. */
  of(streamArn: string): readonly string[];
  /** Items that an earlier runtime was deleting when it was killed: their removals may be in the stream, or not. */
  intended(streamArn: string): readonly ExpiredItem[];
  /** Says that items will be deleted, before they are. Throws the system's error. */
  intend(streamArn: string, items: readonly ExpiredItem[]): Promise<void>;
  /** Adds to what the next runtime will know: all of what was intended. Throws the system's error. */
  add(streamArn: string, sequenceNumbers: readonly string[]): Promise<void>;
}

interface Entry {
  readonly streamArn: string;
  readonly sequenceNumbers: readonly string[];
  /** What is intended; the next entry of the stream without it tells what came of that. */
  readonly items?: readonly ExpiredItem[];
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
  const entries = withoutSettled(await readLines(file)).filter(
    ({ addedAtMs }) => addedAtMs > Date.now() - REMOVALS_KEPT_MS,
  );
  const of = (streamArn: string) => entries.filter((entry) => entry.streamArn === streamArn);
  const append = (entry: Entry) => appendFile(file, toLine(entry));
  await mkdir(dirname(file), { recursive: true });
  // Renamed into its place, so that whoever is killed here leaves the old file whole.
  await writeFile(`${file}.new`, entries.map(toLine).join(''));
  await rename(`${file}.new`, file);
  return {
    of: (streamArn) => of(streamArn).flatMap(({ sequenceNumbers }) => sequenceNumbers),
    intended: (streamArn) => of(streamArn).flatMap(({ items }) => items ?? []),
    intend: (streamArn, items) => append({ streamArn, sequenceNumbers: [], items, addedAtMs: Date.now() }),
    add: (streamArn, sequenceNumbers) => append({ streamArn, sequenceNumbers, addedAtMs: Date.now() }),
  };
}

/** What was intended is settled where a later entry of the stream says what came of it. */
function withoutSettled(entries: readonly Entry[]): readonly Entry[] {
  const settled = new Set<string>();
  const left = entries.toReversed().filter(({ streamArn, items }) => {
    if (items !== undefined) return !settled.has(streamArn);
    settled.add(streamArn);
    return true;
  });
  return left.reverse();
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
