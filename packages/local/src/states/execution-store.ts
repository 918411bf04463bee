import type { Database } from '../data/database.ts';
import type { MapRunRecord } from './distributed/map-run-record.ts';
import type { Checkpoint, HistoryEvent } from './history.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export type EndedStatus = Exclude<ExecutionStatus, 'RUNNING'>;

/** An execution as it is kept; payloads as JSON texts, times in milliseconds since the epoch. */
export interface ExecutionRecord {
  /** Grows with each execution of a store: the order that they started in. */
  readonly sequence: number;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
  readonly startDateMs: number;
  /** Absent while it runs. */
  readonly end: ExecutionEnd | undefined;
  readonly events: readonly HistoryEvent[];
  /** Where a redrive, or a restart of the runtime, goes on; absent of Express executions. */
  readonly checkpoint: Checkpoint | undefined;
  /** Absent of one that was never redriven. */
  readonly redrive: Redrive | undefined;
}

/** How often an execution was redriven, and when last. */
export interface Redrive {
  readonly count: number;
  readonly dateMs: number;
}

export interface ExecutionEnd {
  readonly status: EndedStatus;
  readonly stopDateMs: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export type ExecutionStart = Omit<
  ExecutionRecord,
  'sequence' | 'end' | 'events' | 'checkpoint' | 'redrive'
> & {
  /** JSON text of the definition that it is started with. */
  readonly definition: string;
};

/** Keeps executions and their map runs. One in memory is here; one on disk can take its place. */
export interface ExecutionStore {
  open(start: ExecutionStart): ExecutionRecord;
  appendEvent(executionArn: string, event: HistoryEvent): void;
  /** Notes the state that the execution is in. */
  checkpoint(executionArn: string, checkpoint: Checkpoint): void;
  finish(executionArn: string, end: ExecutionEnd): void;
  /** Has an execution that has ended run again. */
  redrive(executionArn: string, redrive: Redrive): void;
  get(executionArn: string): ExecutionRecord | undefined;
  /** JSON text of the definition that an execution was started with; undefined for an execution that there is not. */
  definitionOf(executionArn: string): string | undefined;
  /** A machine's executions, the newest first, of those that started before `sequence`. */
  list(stateMachineArn: string, beforeSequence: number): Iterable<ExecutionRecord>;
  /** The ARNs of those that have ended, and when they did; the first to end is first. */
  ended(): readonly (readonly [executionArn: string, stopDateMs: number])[];
  /** Removes an execution, and its map runs. */
  remove(executionArn: string): void;
  /** Notes a map run, or what has changed of it: called whenever a child has ended, so it must be cheap. */
  putMapRun(mapRun: MapRunRecord): void;
  getMapRun(mapRunArn: string): MapRunRecord | undefined;
  /** The map runs that an execution has started, in the order of their start. */
  mapRunsOf(executionArn: string): readonly MapRunRecord[];
  /** Of all executions. */
  mapRunArns(): readonly string[];
  /** Those that have not ended, of all executions. */
  unfinishedMapRuns(): readonly MapRunRecord[];
}

interface StoredExecution extends ExecutionRecord {
  end: ExecutionEnd | undefined;
  checkpoint: Checkpoint | undefined;
  redrive: Redrive | undefined;
  readonly events: HistoryEvent[];
}

/** Keeps executions as long as the process lives. */
export function createMemoryExecutionStore(): ExecutionStore {
  const executions = new Map<string, StoredExecution>();
  const definitions = new Map<string, string>();
  const byMachine = new Map<string, StoredExecution[]>();
  const mapRuns = new Map<string, MapRunRecord>();
  const mapRunArns = new Map<string, Set<string>>();
  let lastSequence = 0;

  const stored = (executionArn: string): StoredExecution => {
    const execution = executions.get(executionArn);
    if (execution === undefined) throw new TypeError(`There is no execution ${executionArn}.`);
    return execution;
  };

  return {
    open({ definition, ...start }) {
      definitions.set(start.executionArn, definition);
      lastSequence += 1;
      const execution: StoredExecution = {
        ...start,
        sequence: lastSequence,
        end: undefined,
        events: [],
        checkpoint: undefined,
        redrive: undefined,
      };
      executions.set(start.executionArn, execution);
      const siblings = byMachine.get(start.stateMachineArn);
      if (siblings === undefined) byMachine.set(start.stateMachineArn, [execution]);
      else siblings.push(execution);
      return execution;
    },
    appendEvent(executionArn, event) {
      stored(executionArn).events.push(event);
    },
    checkpoint(executionArn, checkpoint) {
      stored(executionArn).checkpoint = checkpoint;
    },
    finish(executionArn, end) {
      stored(executionArn).end = end;
    },
    redrive(executionArn, redrive) {
      Object.assign(stored(executionArn), { redrive, end: undefined });
    },
    get: (executionArn) => executions.get(executionArn),
    definitionOf: (executionArn) => definitions.get(executionArn),
    *list(stateMachineArn, beforeSequence) {
      const siblings = byMachine.get(stateMachineArn) ?? [];
      for (let index = indexOf(siblings, beforeSequence) - 1; index >= 0; index -= 1) {
        const execution = siblings[index];
        if (execution !== undefined) yield execution;
      }
    },
    ended: () =>
      [...executions.values()]
        .flatMap(({ executionArn, end }) =>
          end === undefined ? [] : [[executionArn, end.stopDateMs] as const],
        )
        .sort(([, one], [, other]) => one - other),
    remove(executionArn) {
      const { stateMachineArn, sequence } = stored(executionArn);
      executions.delete(executionArn);
      definitions.delete(executionArn);
      const siblings = byMachine.get(stateMachineArn) ?? [];
      siblings.splice(indexOf(siblings, sequence), 1);
      for (const mapRunArn of mapRunArns.get(executionArn) ?? []) mapRuns.delete(mapRunArn);
      mapRunArns.delete(executionArn);
    },
    putMapRun(mapRun) {
      const { mapRunArn, executionArn } = mapRun;
      mapRuns.set(mapRunArn, mapRun);
      const siblings = mapRunArns.get(executionArn);
      if (siblings === undefined) mapRunArns.set(executionArn, new Set([mapRunArn]));
      else siblings.add(mapRunArn);
    },
    getMapRun: (mapRunArn) => mapRuns.get(mapRunArn),
    mapRunArns: () => [...mapRuns.keys()],
    unfinishedMapRuns: () => [...mapRuns.values()].filter(({ status }) => status === 'RUNNING'),
    mapRunsOf: (executionArn) =>
      [...(mapRunArns.get(executionArn) ?? [])].flatMap((mapRunArn) => mapRuns.get(mapRunArn) ?? []),
  };
}

/** Where the first execution stands that did not start before `sequence`: they are in the order of their start. */
function indexOf(executions: readonly ExecutionRecord[], sequence: number): number {
  let [low, high] = [0, executions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((executions[middle]?.sequence ?? sequence) < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

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

const COLUMNS = 'sequence, execution_arn, state_machine_arn, name, input, start_date_ms, end, redrive';

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
    express: prepare("SELECT execution_arn FROM executions WHERE execution_arn LIKE '%:express:%'"),
    ended: prepare(
      'SELECT execution_arn, stop_date_ms FROM executions WHERE stop_date_ms IS NOT NULL ORDER BY stop_date_ms, sequence',
    ),
    events: prepare('SELECT event FROM history_events WHERE sequence = ? ORDER BY id'),
    checkpointOf: prepare('SELECT checkpoint FROM checkpoints WHERE sequence = ?'),
    open: prepare(`
      INSERT INTO executions
        (execution_arn, state_machine_arn, name, input, start_date_ms, definition_id)
      VALUES (?, ?, ?, ?, ?, ?)`),
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
