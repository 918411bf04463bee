import type { Database } from '../data/database.ts';

/** The tables of executions: what is large and changes often is apart from what is asked for often. */
const EXECUTION_TABLES = `
  CREATE TABLE IF NOT EXISTS definitions (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS executions (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    execution_arn TEXT NOT NULL UNIQUE,
    state_machine_arn TEXT NOT NULL,
    name TEXT NOT NULL,
    input TEXT NOT NULL,
    start_date_ms REAL NOT NULL,
    trace_header TEXT,
    definition_id INTEGER NOT NULL,
    stop_date_ms REAL,
    end TEXT,
    redrive TEXT
  );
  CREATE INDEX IF NOT EXISTS executions_of_machines ON executions (state_machine_arn, sequence);
  CREATE INDEX IF NOT EXISTS executions_by_end ON executions (stop_date_ms);
  CREATE TABLE IF NOT EXISTS history_events (
    sequence INTEGER NOT NULL,
    id INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (sequence, id)
  );
  CREATE TABLE IF NOT EXISTS checkpoints (sequence INTEGER PRIMARY KEY, checkpoint TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS map_runs (
    map_run_arn TEXT NOT NULL UNIQUE,
    execution_arn TEXT NOT NULL,
    map_run TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS map_runs_of_executions ON map_runs (execution_arn)`;

const COLUMNS =
  'sequence, execution_arn, state_machine_arn, name, input, start_date_ms, trace_header, end, redrive';

/** Makes the tables of executions. */
export function makeExecutionTables(database: Database): void {
  database.transact(EXECUTION_TABLES);
}

const OF_EXECUTION = '(SELECT sequence FROM executions WHERE execution_arn = ?)';

/** The statements of executions, their histories and checkpoints. Where there is an ARN, it is the last parameter. */
export function prepareExecutionStatements(database: Database) {
  const prepare = (sql: string) => database.prepare(sql);
  return {
    get: prepare(`SELECT ${COLUMNS} FROM executions WHERE execution_arn = ?`),
    definitionIdOf: prepare('SELECT definition_id FROM executions WHERE execution_arn = ?'),
    list: prepare(
      `SELECT ${COLUMNS} FROM executions WHERE state_machine_arn = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?`,
    ),
    running: prepare(
      'SELECT execution_arn, state_machine_arn, definition_id FROM executions WHERE stop_date_ms IS NULL ORDER BY sequence',
    ),
    forgotten: prepare(`
      SELECT execution_arn FROM executions
      WHERE stop_date_ms < ? OR (stop_date_ms IS NULL AND execution_arn LIKE '%:express:%')`),
    events: prepare('SELECT event FROM history_events WHERE sequence = ? ORDER BY id'),
    checkpointOf: prepare('SELECT checkpoint FROM checkpoints WHERE sequence = ?'),
    open: prepare(`
      INSERT INTO executions
        (execution_arn, state_machine_arn, name, input, start_date_ms, trace_header, definition_id)
      VALUES (?, ?, ?, ?, ?, ?, ?)`),
    append: prepare(`INSERT INTO history_events (id, event, sequence) VALUES (?, ?, ${OF_EXECUTION})`),
    checkpoint: prepare(
      `INSERT OR REPLACE INTO checkpoints (checkpoint, sequence) VALUES (?, ${OF_EXECUTION})`,
    ),
    finish: prepare('UPDATE executions SET end = ?, stop_date_ms = ? WHERE execution_arn = ?'),
    redrive: prepare(
      'UPDATE executions SET redrive = ?, end = NULL, stop_date_ms = NULL WHERE execution_arn = ?',
    ),
    remove: [
      prepare(`DELETE FROM history_events WHERE sequence = ${OF_EXECUTION}`),
      prepare(`DELETE FROM checkpoints WHERE sequence = ${OF_EXECUTION}`),
      prepare('DELETE FROM executions WHERE execution_arn = ?'),
    ],
  };
}
