import type { Database, Statement } from '../data/database.ts';

/** The definitions that executions were started with: a text each, however many executions have it. */
export class KeptDefinitions {
  readonly #database: Database;
  readonly #add: Statement;
  readonly #find: Statement;
  readonly #ids = new Map<string, number>();
  readonly #texts = new Map<number, string>();

  constructor(database: Database) {
    this.#database = database;
    this.#add = database.prepare('INSERT INTO definitions (text) VALUES (?) ON CONFLICT DO NOTHING');
    this.#find = database.prepare('SELECT id FROM definitions WHERE text = ?');
    for (const { id, text } of database.prepare('SELECT id, text FROM definitions').all()) {
      this.#note(Number(id), String(text));
    }
  }

  /** The id of a definition, which is kept from now on. */
  idOf(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#database.write(this.#add, text);
    const id = this.#find.get(text)?.['id'];
    if (id === undefined) throw new TypeError('The definition was not written.');
    return this.#note(Number(id), text);
  }

  /** Throws `TypeError` for a definition that there is not. */
  text(id: number): string {
    const text = this.#texts.get(id);
    if (text === undefined) throw new TypeError(`There is no definition ${id}.`);
    return text;
  }

  #note(id: number, text: string): number {
    this.#ids.set(text, id);
    this.#texts.set(id, text);
    return id;
  }
}
