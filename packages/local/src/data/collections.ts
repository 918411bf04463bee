import { DataError } from './data-error.ts';
import type { Database } from './database.ts';
import { type KeptList, LISTS_SCHEMA, openKeptList, openTemporaryList } from './kept-list.ts';

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
