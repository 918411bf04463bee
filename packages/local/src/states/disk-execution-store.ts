import type { Database, Row, Statement } from '../data/database.ts';
import type { MapRunRecord } from './distributed/map-run-record.ts';
import {
  type ExecutionEnd,
  type ExecutionRecord,
  type ExecutionStore,
  makeExecutionTables,
  prepareExecutionStatements,
  type Redrive,
} from './execution-store.ts';
import type { Checkpoint, HistoryEvent } from './history.ts';
import { KeptDefinitions } from './machine-registry.ts';
import type { InterruptedExecution } from './states-service.ts';

/** For so long, progress waits for more of it: children end by the hundred, and a record has all that have. */
const GATHER_MS = 250;

/**
 * Map runs in a database. Progress is written a little later than it is made: what a process that is killed has not
 * written is known by the results that are there, or is done once more.
 */
export class KeptMapRuns {
  readonly #database: Database;
  readonly #get: Statement;
  readonly #of: Statement;
  readonly #arns: Statement;
  readonly #unfinished: Statement;
  readonly #put: Statement;
  readonly #removeOf: Statement;
  /** The newest of those that run. */
  readonly #current = new Map<string, MapRunRecord>();
  readonly #unwritten = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database) {
    this.#database = database;
    this.#get = database.prepare('SELECT map_run FROM map_runs WHERE map_run_arn = ?');
    this.#of = database.prepare('SELECT map_run FROM map_runs WHERE execution_arn = ? ORDER BY rowid');
    this.#arns = database.prepare('SELECT map_run_arn FROM map_runs');
    this.#unfinished = database.prepare(
      "SELECT map_run FROM map_runs WHERE json_extract(map_run, '$.status') = 'RUNNING' ORDER BY rowid",
    );
    this.#put = database.prepare(`
      INSERT INTO map_runs (map_run_arn, execution_arn, map_run) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET map_run = excluded.map_run`);
    this.#removeOf = database.prepare('DELETE FROM map_runs WHERE execution_arn = ?');
  }

  /** What somebody has asked for, and how it ends, is written at once. */
  put(record: MapRunRecord): void {
    const { mapRunArn } = record;
    const before = this.#current.get(mapRunArn);
    this.#current.set(mapRunArn, record);
    this.#unwritten.add(mapRunArn);
    if (before === undefined || !isProgress(before, record)) this.#write(mapRunArn);
    else this.#timer ??= setTimeout(() => this.flush(), GATHER_MS).unref();
    if (record.status !== 'RUNNING') this.#current.delete(mapRunArn);
  }

  get(mapRunArn: string): MapRunRecord | undefined {
    const current = this.#current.get(mapRunArn);
    if (current !== undefined) return current;
    const row = this.#get.get(mapRunArn);
    return row === undefined ? undefined : parseMapRun(row);
  }

  of(executionArn: string): readonly MapRunRecord[] {
    return this.#of
      .all(executionArn)
      .map(parseMapRun)
      .map((record) => this.#current.get(record.mapRunArn) ?? record);
  }

  arns(): readonly string[] {
    return this.#arns.all().map((row) => String(row['map_run_arn']));
  }

  unfinished(): readonly MapRunRecord[] {
    return this.#unfinished.all().map(parseMapRun);
  }

  removeOf(executionArn: string): void {
    for (const { mapRunArn } of this.of(executionArn)) {
      this.#current.delete(mapRunArn);
      this.#unwritten.delete(mapRunArn);
    }
    this.#database.write(this.#removeOf, executionArn);
  }

  /** Writes all that waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const mapRunArn of [...this.#unwritten]) this.#write(mapRunArn);
  }

  #write(mapRunArn: string): void {
    this.#unwritten.delete(mapRunArn);
    const record = this.#current.get(mapRunArn);
    if (record === undefined) return;
    this.#database.write(this.#put, mapRunArn, record.executionArn, JSON.stringify(record));
  }
}

/** Whether nothing but children has come to an end. */
function isProgress(before: MapRunRecord, after: MapRunRecord): boolean {
  return (
    before.status === after.status &&
    before.redriveCount === after.redriveCount &&
    before.maxConcurrency === after.maxConcurrency &&
    before.toleratedFailureCount === after.toleratedFailureCount &&
    before.toleratedFailurePercentage === after.toleratedFailurePercentage
  );
}

function parseMapRun(row: Row): MapRunRecord {
  return JSON.parse(String(row['map_run'])) as MapRunRecord;
}

/** Executions in a database. Records are as they were when they were asked for. */
export interface DiskExecutionStore extends ExecutionStore {
  /** Those that an earlier runtime has left running, in the order of their start. */
  readonly interrupted: readonly InterruptedExecution[];
  /** Writes what waits for more. */
  close(): void;
}

/** How many of a list are read at once. */
const PAGE = 100;

/**
 * Keeps executions, their histories and their map runs in the runtime's database. Express ones that an earlier runtime
 * has left are gone.
 */
export function createDiskExecutionStore(database: Database): DiskExecutionStore {
  makeExecutionTables(database);
  const statements = prepareExecutionStatements(database);
  const write = database.write.bind(database);
  const definitions = new KeptDefinitions(database);
  const mapRuns = new KeptMapRuns(database);

  function get(executionArn: string): ExecutionRecord | undefined {
    const row = statements.get.get(executionArn);
    return row === undefined ? undefined : recordOf(row, statements);
  }

  function remove(executionArn: string): void {
    mapRuns.removeOf(executionArn);
    for (const statement of statements.remove) write(statement, executionArn);
  }

  for (const { execution_arn: arn } of statements.express.all()) remove(String(arn));

  return {
    interrupted: statements.running.all().map((row) => ({
      executionArn: String(row['execution_arn']),
      stateMachineArn: String(row['state_machine_arn']),
      definition: definitions.text(Number(row['definition_id'])),
    })),
    open(start) {
      const { executionArn, stateMachineArn, name, input, startDateMs } = start;
      const definitionId = definitions.idOf(start.definition);
      const values = [executionArn, stateMachineArn, name, input, startDateMs, definitionId];
      write(statements.open, ...values);
      const record = get(executionArn);
      if (record === undefined) throw new TypeError(`There is no execution ${executionArn}.`);
      return record;
    },
    appendEvent: (executionArn, event) =>
      write(statements.append, event.id, JSON.stringify(event), executionArn),
    checkpoint: (executionArn, checkpoint) =>
      write(statements.checkpoint, JSON.stringify(checkpoint), executionArn),
    finish: (executionArn, end) =>
      write(statements.finish, JSON.stringify(end), end.stopDateMs, executionArn),
    redrive: (executionArn, redrive) => write(statements.redrive, JSON.stringify(redrive), executionArn),
    get,
    definitionOf(executionArn) {
      const row = statements.definitionIdOf.get(executionArn);
      return row === undefined ? undefined : definitions.text(Number(row['definition_id']));
    },
    *list(stateMachineArn, beforeSequence) {
      // SQLite has no infinity among its integers.
      let before = Math.min(beforeSequence, Number.MAX_SAFE_INTEGER);
      for (;;) {
        const rows = statements.list.all(stateMachineArn, before, PAGE);
        for (const row of rows) yield recordOf(row, statements);
        if (rows.length < PAGE) return;
        before = Number(rows.at(-1)?.['sequence']);
      }
    },
    ended: () =>
      statements.ended.all().map((row) => [String(row['execution_arn']), Number(row['stop_date_ms'])]),
    remove,
    putMapRun: (mapRun) => mapRuns.put(mapRun),
    getMapRun: (mapRunArn) => mapRuns.get(mapRunArn),
    mapRunsOf: (executionArn) => mapRuns.of(executionArn),
    mapRunArns: () => mapRuns.arns(),
    unfinishedMapRuns: () => mapRuns.unfinished(),
    close: () => mapRuns.flush(),
  };
}

/** Histories and checkpoints are read when they are asked for: few ask. */
function recordOf(row: Row, statements: ReturnType<typeof prepareExecutionStatements>): ExecutionRecord {
  const sequence = Number(row['sequence']);
  let events: WeakRef<readonly HistoryEvent[]> | undefined;
  return {
    sequence,
    executionArn: String(row['execution_arn']),
    stateMachineArn: String(row['state_machine_arn']),
    name: String(row['name']),
    input: String(row['input']),
    startDateMs: Number(row['start_date_ms']),
    end: parse<ExecutionEnd>(row['end']),
    redrive: parse<Redrive>(row['redrive']),
    get events() {
      const known = events?.deref();
      if (known !== undefined) return known;
      const read = statements.events.all(sequence).map(({ event }) => JSON.parse(String(event)));
      events = new WeakRef(read);
      return read;
    },
    get checkpoint() {
      return parse<Checkpoint>(statements.checkpointOf.get(sequence)?.['checkpoint']);
    },
  };
}

function parse<T>(text: Row[string] | undefined): T | undefined {
  return text === null || text === undefined ? undefined : (JSON.parse(String(text)) as T);
}
