import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NEW = '.new';

/** A directory with a JSON file a name, each of which is there as a whole or not at all. */
export class JsonFiles<T> {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  set(name: string, value: T): void {
    const path = this.#pathOf(name);
    writeFileSync(path + NEW, JSON.stringify(value));
    renameSync(path + NEW, path);
  }

  delete(name: string): void {
    rmSync(this.#pathOf(name), { force: true });
  }

  /** Removes the directory with all that is in it. */
  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  all(): T[] {
    const names = readdirSync(this.#directory).filter((name) => name.endsWith('.json'));
    return names.map((name) => JSON.parse(readFileSync(join(this.#directory, name), 'utf8')) as T);
  }

  #pathOf(name: string): string {
    return join(this.#directory, `${name}.json`);
  }
}
