import type { Database, Row, Statement } from '../data/database.ts';
import type { MapRunRecord } from './distributed/map-run-record.ts';

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
    return row === undefined ? undefined : parse(row);
  }

  of(executionArn: string): readonly MapRunRecord[] {
    return this.#of
      .all(executionArn)
      .map(parse)
      .map((record) => this.#current.get(record.mapRunArn) ?? record);
  }

  arns(): readonly string[] {
    return this.#arns.all().map((row) => String(row['map_run_arn']));
  }

  unfinished(): readonly MapRunRecord[] {
    return this.#unfinished.all().map(parse);
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

function parse(row: Row): MapRunRecord {
  return JSON.parse(String(row['map_run'])) as MapRunRecord;
}
