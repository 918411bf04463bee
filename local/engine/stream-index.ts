import { DatabaseSync } from 'node:sqlite';
import type { RuntimeLog } from '../contracts.ts';

/**
 * dynoxide 1.2 numbers each stream record by the highest number before it, which it finds by reading all records of
 * the table: writes get slower with every write before them. This index, on just the expression that it asks for,
 * lets SQLite look the number up.
 */
const STREAM_SEQUENCE_INDEX = `
  CREATE INDEX IF NOT EXISTS local_stream_sequence
  ON _stream_records (table_name, CAST(sequence_number AS INTEGER))`;

/** How long to wait for the engine's own writes. */
const BUSY_TIMEOUT_MS = 2_000;

/** Adds the index to the engine's database. An engine that keeps its records otherwise works as well without it. */
export function indexStreams(dbPath: string, log: RuntimeLog): void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(dbPath, { timeout: BUSY_TIMEOUT_MS });
    database.exec(STREAM_SEQUENCE_INDEX);
  } catch (error) {
    log.warn(
      `writes will slow down as tables' streams grow: ${error instanceof Error ? error.message : error}`,
    );
  } finally {
    database?.close();
  }
}
