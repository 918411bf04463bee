import type { Database } from '../data/database.ts';

/** The definitions that executions were started with: a text each, however many executions have it. */
export class KeptDefinitions {
  /** By the ARN of the state machine, as it is now. */
  readonly #ids: ReadonlyMap<string, number>;
  readonly #texts: ReadonlyMap<number, string>;

  constructor(database: Database, definitions: ReadonlyMap<string, string>) {
    const add = database.prepare('INSERT INTO definitions (text) VALUES (?) ON CONFLICT DO NOTHING');
    for (const text of definitions.values()) database.write(add, text);
    const rows = database.prepare('SELECT id, text FROM definitions').all();
    this.#texts = new Map(rows.map(({ id, text }) => [Number(id), String(text)]));
    const idsByText = new Map([...this.#texts].map(([id, text]) => [text, id]));
    this.#ids = new Map(
      [...definitions].flatMap(([arn, text]) => {
        const id = idsByText.get(text);
        return id === undefined ? [] : [[arn, id] as const];
      }),
    );
  }

  /** Throws `TypeError` for a state machine that there is not. */
  idOf(stateMachineArn: string): number {
    const id = this.#ids.get(stateMachineArn);
    if (id === undefined) throw new TypeError(`There is no state machine ${stateMachineArn}.`);
    return id;
  }

  /** Throws `TypeError` for a definition that there is not. */
  text(id: number): string {
    const text = this.#texts.get(id);
    if (text === undefined) throw new TypeError(`There is no definition ${id}.`);
    return text;
  }
}
