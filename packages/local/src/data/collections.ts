import { DatabaseSync } from 'node:sqlite';
import type { AwsService } from '../aws.ts';
import { MovableClock } from '../clock.ts';
import { type Database, DataError } from './database.ts';

/** A list on disk: what may become more than fits into memory. */
export interface KeptList<V> {
  readonly size: number;
  /** Takes what JSON can hold. */
  append(value: V): void;
  /** The oldest first. Nothing may be appended or removed meanwhile. */
  values(): IteratorObject<V>;
  removeOldest(count: number): void;
}

/** Makes the table that the lists of a database are in. */
const LISTS_SCHEMA = `
  CREATE TABLE list_items (id INTEGER PRIMARY KEY, list TEXT NOT NULL, value TEXT NOT NULL);
  CREATE INDEX items_of_list ON list_items (list)`;

type ListDatabase = Pick<Database, 'prepare' | 'write'>;

function openKeptList<V>(database: ListDatabase, name: string): KeptList<V> {
  const insert = database.prepare('INSERT INTO list_items (list, value) VALUES (?, ?)');
  const select = database.prepare('SELECT value FROM list_items WHERE list = ? ORDER BY id');
  const remove = database.prepare(
    'DELETE FROM list_items WHERE id IN (SELECT id FROM list_items WHERE list = ? ORDER BY id LIMIT ?)',
  );
  const count = database.prepare('SELECT count(*) AS size FROM list_items WHERE list = ?');
  let size = Number(count.get(name)?.['size']);
  return {
    get size() {
      return size;
    },
    append(value) {
      database.write(insert, name, JSON.stringify(value));
      size += 1;
    },
    *values() {
      for (const { value } of select.iterate(name)) yield JSON.parse(String(value)) as V;
    },
    removeOldest(oldest) {
      database.write(remove, name, oldest);
      size -= Math.min(size, oldest);
    },
  };
}

/** The same in a file that SQLite removes with the process, however that ends. */
export function openTemporaryList<V>(): KeptList<V> {
  // https://www.sqlite.org/inmemorydb.html#temp_db
  const database = new DatabaseSync('');
  database.exec(LISTS_SCHEMA);
  const write: ListDatabase['write'] = (statement, ...values) => {
    statement.run(...values);
  };
  return openKeptList({ prepare: (sql) => database.prepare(sql), write }, '');
}

/** What a data directory does not hold: for the end of a sentence. */
export const NOT_KEPT = 'logs for queries (their files go on)';

/** Named maps from texts to what JSON can hold. */
export interface Collections {
  /** Whether what is set outlives this process. */
  readonly areKept: boolean;
  /**
   * The collection of that name, in the order in which its keys were first set. A value that is changed has to be set
   * again. Open each once.
   */
  open<V>(name: string): Map<string, V>;
  /** The list of that name, which is on disk alone. Open each once. */
  list<V>(name: string): KeptList<V>;
  /** Resolves once all that has been set so far outlives this process, where anything does. */
  committed(): Promise<void>;
}

/** Collections that are gone with the process. */
export const memoryCollections: Collections = {
  areKept: false,
  open: () => new Map(),
  list: openTemporaryList,
  committed: async () => undefined,
};

/** Makes the tables that {@link keptCollections} needs. */
export const COLLECTIONS_SCHEMA = `
  CREATE TABLE records (
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (collection, key)
  );${LISTS_SCHEMA}`;

/** Explains SQLite's errors, and JSON that is none: somebody else has written to the file, or a disk that fails. */
function readingKept(name: string, read: () => void): void {
  try {
    read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      `The data directory is damaged (its ${name} can't be read: ${reason}): bring it back from a copy, or give --data another directory.`,
      { cause },
    );
  }
}

/** Collections that are read from a database when they are opened, and written to it with each change. */
export function keptCollections(database: Database): Collections {
  const load = database.prepare('SELECT key, value FROM records WHERE collection = ? ORDER BY rowid');
  // Not REPLACE: that would move a value to the end.
  const put = database.prepare(
    'INSERT INTO records (collection, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  const remove = database.prepare('DELETE FROM records WHERE collection = ? AND key = ?');

  class KeptMap<V> extends Map<string, V> {
    readonly #name: string;

    constructor(name: string) {
      super();
      this.#name = name;
      readingKept(name, () => {
        for (const { key, value } of load.iterate(name))
          super.set(String(key), JSON.parse(String(value)) as V);
      });
    }

    override set(key: string, value: V): this {
      database.write(put, this.#name, key, JSON.stringify(value));
      return super.set(key, value);
    }

    override delete(key: string): boolean {
      if (!this.has(key)) return false;
      database.write(remove, this.#name, key);
      return super.delete(key);
    }

    override clear(): void {
      for (const key of [...this.keys()]) this.delete(key);
    }
  }

  return {
    areKept: true,
    open: (name) => new KeptMap(name),
    list: (name) => openKeptList(database, name),
    committed: () => database.committed(),
  };
}

/** A service that answers once what its answer tells of is kept. */
export function afterCommit(service: AwsService, collections: Collections): AwsService {
  return async (request) => {
    const response = await service(request);
    await collections.committed();
    return response;
  };
}

/** A clock that is ahead of the machine's by as much as before. */
export function openClock(collections: Collections): MovableClock {
  const settings = collections.open<number>('clock');
  return new MovableClock({
    offsetMs: settings.get('offsetMs') ?? 0,
    moved: (offsetMs) => void settings.set('offsetMs', offsetMs),
  });
}
