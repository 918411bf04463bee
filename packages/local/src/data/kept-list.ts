import { DatabaseSync } from 'node:sqlite';
import type { Database } from './database.ts';

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
export const LISTS_SCHEMA = `
  CREATE TABLE list_items (id INTEGER PRIMARY KEY, list TEXT NOT NULL, value TEXT NOT NULL);
  CREATE INDEX items_of_list ON list_items (list)`;

type ListDatabase = Pick<Database, 'prepare' | 'write'>;

export function openKeptList<V>(database: ListDatabase, name: string): KeptList<V> {
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
