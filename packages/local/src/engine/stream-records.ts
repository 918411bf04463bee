import { DatabaseSync } from 'node:sqlite';
import type { RuntimeLog } from '../contracts.ts';

/**
 * dynoxide 1.2 numbers each stream record by the highest number before it, which it finds by reading all records of
 * the table: writes get slower with every write before them. This index, on just the expression that it asks for,
 * lets SQLite look the number up.
 */
const SEQUENCE_INDEX = `
  CREATE INDEX IF NOT EXISTS local_stream_sequence
  ON _stream_records (table_name, CAST(sequence_number AS INTEGER))`;

/**
 * dynoxide 1.2 keeps records by the names of tables, so that those of a table that was deleted would be in the stream
 * of the next one of that name, and those of a stream that was disabled in the table's next one. On AWS, a stream is
 * empty when it is enabled.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
const NEW_STREAMS = `
  CREATE TRIGGER IF NOT EXISTS local_stream_created AFTER INSERT ON _tables
  BEGIN DELETE FROM _stream_records WHERE table_name = NEW.table_name; END;
  CREATE TRIGGER IF NOT EXISTS local_stream_enabled AFTER UPDATE OF stream_label ON _tables
  WHEN NEW.stream_label IS NOT NULL AND NEW.stream_label IS NOT OLD.stream_label
  BEGIN DELETE FROM _stream_records WHERE table_name = NEW.table_name; END`;

/** How long to wait for the engine's own writes. */
const BUSY_TIMEOUT_MS = 2_000;

/** Mends streams in the engine's database. An engine that keeps its records otherwise is left as it is. */
export function mendStreams(dbPath: string, log: RuntimeLog): void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(dbPath, { timeout: BUSY_TIMEOUT_MS });
    database.exec(SEQUENCE_INDEX);
    database.exec(NEW_STREAMS);
  } catch (error) {
    log.warn(
      `writes will slow down as tables' streams grow, and new streams may have records of old ones: ${error instanceof Error ? error.message : error}`,
    );
  } finally {
    database?.close();
  }
}
