import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';

/** A data directory that can't be used, or can't be written any longer. One sentence, and what to do. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** The code of an error of the system (`ENOENT`); undefined for anything else that was thrown. */
export function systemErrorCode(error: unknown): string | undefined {
  const { code } = Object(error);
  return typeof code === 'string' ? code : undefined;
}

/** A statement that is prepared once and run often. */
export type Statement = StatementSync;

export type Row = Record<string, SQLOutputValue>;

/** How long to wait for a runtime that is just ending. */
const BUSY_TIMEOUT_MS = 500;

/**
 * The settings of the file. The lock lasts as long as the connection: the system takes it back from a process that is
 * killed. What is committed is with the system at once, and on the disk with the next checkpoint.
 * https://www.sqlite.org/pragma.html#pragma_locking_mode https://www.sqlite.org/pragma.html#pragma_synchronous
 */
const SETTINGS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA journal_size_limit = 67108864;`;

/**
 * A SQLite file of this process alone. What is written in one turn of the event loop is committed together at its end:
 * by itself, each write would cost three to eight times as much. Whoever acknowledges a write waits for
 * {@link Database.committed} first; readers see it at once.
 */
export class Database {
  /** Resolves to what went wrong when something can't be written: from then on, what is kept and what is there differ. */
  readonly failed: Promise<Error>;
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #tellFailure: (error: Error) => void;
  /** Resolves with the commit of the transaction that is open. */
  #open: PromiseWithResolvers<void> | undefined;
  #failure: DataError | undefined;

  /** Opens the file, or makes it, and locks it. Throws SQLite's errors, with their `errcode`. */
  constructor(file: string) {
    this.#file = file;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.failed = promise;
    this.#tellFailure = resolve;
    this.#database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      this.#database.exec(SETTINGS);
      // The first write takes the lock.
      this.#database.exec('BEGIN IMMEDIATE; COMMIT');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Runs statements at once, in a transaction of their own. */
  transact(sql: string): void {
    this.#commit();
    this.#database.exec(`BEGIN;${sql};COMMIT`);
  }

  prepare(sql: string): Statement {
    return this.#database.prepare(sql);
  }

  /**
   * Runs a statement that writes; it is committed at the end of this turn of the event loop. Where it can't be written,
   * nothing is from then on, and {@link Database.committed} says so: many who write have nobody to tell of an error.
   */
  write(statement: Statement, ...values: SQLInputValue[]): void {
    if (this.#failure !== undefined) return;
    try {
      this.#begin();
      statement.run(...values);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  /** Resolves once all that has been written so far is committed. Rejects with a {@link DataError} when it can't be. */
  async committed(): Promise<void> {
    await this.#open?.promise;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Commits what is open. */
  close(): void {
    this.#commit();
    this.#database.close();
  }

  #begin(): void {
    if (this.#open !== undefined) return;
    this.#database.exec('BEGIN');
    this.#open = Promise.withResolvers<void>();
    // Who waits hears of it; it must not be an unhandled rejection where nobody does.
    this.#open.promise.catch(() => undefined);
    setImmediate(() => this.#commit());
  }

  #commit(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    try {
      if (this.#failure === undefined) this.#database.exec('COMMIT');
    } catch (cause) {
      this.#fail(cause);
    }
    if (this.#failure === undefined) open.resolve();
    else open.reject(this.#failure);
  }

  #fail(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#failure ??= new DataError(
      `The data directory can't be written any longer (${this.#file}: ${reason}): make room, and start again.`,
      { cause },
    );
    this.#tellFailure(this.#failure);
  }
}
