import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../values.ts';
import { LineFile } from './lines.ts';
import { type ChildResult, type ChildStatus, resultRecord } from './result-record.ts';

/** The kinds of result files: what failed, timed out or was aborted is in the same ones. */
export const RESULT_KINDS = ['FAILED', 'PENDING', 'SUCCEEDED'] as const;
export type ResultKind = (typeof RESULT_KINDS)[number];

/** A child execution whose result is in the spool. */
export interface RecordedChild {
  readonly name: string;
  readonly status: ChildStatus;
}

/** A line of the spool: the record, or of one that has succeeded the output. */
type SpoolLine = RecordedChild & ({ readonly record: Json } | { readonly output: Json });

function kindOf(status: ChildStatus): ResultKind {
  return status === 'SUCCEEDED' || status === 'PENDING' ? status : 'FAILED';
}

/** The results of a map run on disk until they are exported, one file a kind, in the order in which they came. */
export class ResultSpool {
  readonly #directory: string;
  readonly #files: Readonly<Record<ResultKind, LineFile>>;

  private constructor(directory: string, files: Readonly<Record<ResultKind, LineFile>>) {
    this.#directory = directory;
    this.#files = files;
  }

  /** Makes the directory, or goes on with what is in it, also after the process was killed. */
  static async open(directory: string): Promise<ResultSpool> {
    await mkdir(directory, { recursive: true });
    const fileOf = (kind: ResultKind): Promise<LineFile> => LineFile.open(join(directory, `${kind}.jsonl`));
    const [FAILED, PENDING, SUCCEEDED] = (await Promise.all(RESULT_KINDS.map(fileOf))) as [
      LineFile,
      LineFile,
      LineFile,
    ];
    return new ResultSpool(directory, { FAILED, PENDING, SUCCEEDED });
  }

  /** Drops what did not succeed: it runs again. */
  async dropUnsuccessful(): Promise<void> {
    await Promise.all([this.#files.FAILED.clear(), this.#files.PENDING.clear()]);
  }

  add(child: ChildResult): Promise<void> {
    const { name, status, output } = child;
    const line: SpoolLine =
      output === undefined
        ? { name, status, record: resultRecord(child) }
        : { name, status, output: JSON.parse(output) };
    return this.#files[kindOf(status)].add(JSON.stringify(line));
  }

  /** The children whose results are here, of each kind in the order in which they came. */
  async *recorded(): AsyncGenerator<RecordedChild> {
    for (const kind of RESULT_KINDS) {
      for await (const { name, status } of this.#lines(kind)) yield { name, status };
    }
  }

  /**
   * What the result files of a kind have, as JSON texts: of an output that is an array, its elements.
   * Throws what `assertWanted` throws, which is called for each child.
   */
  async *entries(kind: ResultKind, assertWanted: () => void): AsyncGenerator<string> {
    for await (const line of this.#lines(kind)) {
      assertWanted();
      if ('record' in line) yield JSON.stringify(line.record);
      else for (const value of [line.output].flat()) yield JSON.stringify(value);
    }
  }

  async *#lines(kind: ResultKind): AsyncGenerator<SpoolLine> {
    for await (const line of this.#files[kind].lines()) yield JSON.parse(line) as SpoolLine;
  }

  /** Ends writing; what is there stays, for a spool that is opened there later. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.#files).map((file) => file.close()));
  }

  /** Removes a spool that is closed; at once, so that nothing comes between it and the note that its map run has ended. */
  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
