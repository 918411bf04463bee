import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/data/database.ts';

let directory: string;
let database: Database;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'database-'));
  database = new Database(join(directory, 'test.db'));
  database.transact('CREATE TABLE texts (text TEXT NOT NULL)');
});

afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true });
});

const texts = () =>
  database
    .prepare('SELECT text FROM texts ORDER BY rowid')
    .all()
    .map(({ text }) => text);

describe("the runtime's database", () => {
  it('shows what is written before it is committed, and commits what is open before it is closed', () => {
    const insert = database.prepare('INSERT INTO texts VALUES (?)');
    for (const text of ['a', 'b']) database.write(insert, text);
    expect(texts()).toEqual(['a', 'b']);

    database.close();
    database = new Database(join(directory, 'test.db'));
    expect(texts()).toEqual(['a', 'b']);
  });

  it('commits what is open before a transaction of its own', () => {
    database.write(database.prepare('INSERT INTO texts VALUES (?)'), 'a');
    database.transact("INSERT INTO texts VALUES ('b')");
    expect(texts()).toEqual(['a', 'b']);
  });

  it('has nothing to wait for when nothing is open', async () => {
    await database.committed();
    expect(texts()).toEqual([]);
  });

  it('fails for good when something cannot be written, with what to do', async () => {
    database.prepare('PRAGMA max_page_count = 8').get();
    const insert = database.prepare('INSERT INTO texts VALUES (?)');
    const tooMuch = 'x'.repeat(100_000);

    database.write(insert, 'a');
    database.write(insert, tooMuch);

    await expect(database.committed()).rejects.toThrow(/can't be written any longer \(.*test\.db: .*full\)/);
    expect((await database.failed).message).toMatch(/: make room, and start again\.$/);
    database.write(insert, 'b');
    await expect(database.committed()).rejects.toThrow(/full/);
    database.close();
    database = new Database(join(directory, 'test.db'));
    expect(texts()).toEqual([]);
  });

  it('fails for good, and those who wait, when a commit fails', async () => {
    database.transact(`
      CREATE TABLE parents (id INTEGER PRIMARY KEY);
      CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)`);
    database.write(database.prepare('INSERT INTO children VALUES (?)'), 1);

    await expect(database.committed()).rejects.toThrow(/can't be written any longer .*FOREIGN KEY/);
    await expect(database.failed).resolves.toThrow(/make room/);
    // So that it can be closed.
    database.prepare('ROLLBACK').run();
  });

  it('is locked for everybody else', () => {
    const other = new DatabaseSync(join(directory, 'test.db'));
    expect(() => other.exec('SELECT * FROM texts')).toThrow('database is locked');
    other.close();
  });
});
