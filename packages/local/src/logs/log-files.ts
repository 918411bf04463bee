import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** How much of what is logged is on disk: of the files that are for a look, and again of what queries find. */
export interface LogLimits {
  /** Of a part, which is dropped as a whole; a line that is longer is one of its own. 8 MiB by default. */
  readonly partBytes: number;
  /** Of a log group: past that, its oldest part goes. 64 MiB by default. */
  readonly groupBytes: number;
  /** Of all log groups: past that, the oldest part goes of the one that has the most. 256 MiB by default. */
  readonly allBytes: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: LogLimits = { partBytes: 8 * MIB, groupBytes: 64 * MIB, allBytes: 256 * MIB };

/** What waits in memory to be written with more, of a log group. */
export const GATHERED_BYTES = 256 * 1024;

/** What a log group has on disk. */
export interface Parts {
  readonly bytes: number;
  dropOldest(): void;
}

/** Drops what is too much once `grown` has more than before. */
export function keepWithin({ groupBytes, allBytes }: LogLimits, grown: Parts, all: Iterable<Parts>): void {
  while (grown.bytes > groupBytes) grown.dropOldest();
  const groups = [...all];
  let total = groups.reduce((sum, { bytes }) => sum + bytes, 0);
  while (total > allBytes) {
    const biggest = groups.reduce((most, group) => (group.bytes > most.bytes ? group : most));
    total -= biggest.bytes;
    biggest.dropOldest();
    total += biggest.bytes;
  }
}

/**
 * What is logged, in files for a look with any tool: the newest lines of `/aws/lambda/name` are in
 * `aws.lambda.name.log`, older ones in `aws.lambda.name.log.1` and so on, the highest number the newest.
 */
export interface LogFiles {
  /** Has the files of a log group start afresh, unless they are written to already or go on with what is in them. */
  begin(logGroupName: string): void;
  write(logGroupName: string, line: string): void;
  /** Removes the files of a log group. */
  remove(logGroupName: string): void;
  /** Writes what waits. */
  close(): void;
}

export interface LogFilesOptions {
  /** Whether files go on with what is in them instead. */
  readonly areKept: boolean;
  readonly limits: LogLimits;
  /** Hears when a file can't be written: what comes for it is lost from then on. */
  onFailure(file: string, error: Error): void;
}

/** For so long, lines wait for others to be written with: by itself, each costs five times as much processor time. */
const GATHER_MS = 20;

const NAME = /^(.+\.log)(?:\.(\d+))?$/;

/** Writes to `directory`, which is made if it is not there. What an earlier runtime has left there counts. */
export async function openLogFiles(
  directory: string,
  { areKept, limits, onFailure }: LogFilesOptions,
): Promise<LogFiles> {
  await mkdir(directory, { recursive: true });
  const files = new Map<string, GroupFile>();
  const begun = new Set<GroupFile>();
  let timer: NodeJS.Timeout | undefined;

  function fileOf(path: string): GroupFile {
    const file = files.get(path) ?? new GroupFile(path, limits.partBytes);
    files.set(path, file);
    return file;
  }

  function begin(logGroupName: string): GroupFile {
    const file = fileOf(join(directory, `${logGroupName.replace(/^\/+/, '').replaceAll('/', '.')}.log`));
    if (!areKept && !begun.has(file)) attempt(file, () => file.remove());
    begun.add(file);
    return file;
  }

  function attempt(file: GroupFile, action: () => void): void {
    try {
      action();
    } catch (error) {
      file.giveUp();
      onFailure(file.path, error as Error);
    }
  }

  function flush(file: GroupFile): void {
    attempt(file, () => {
      if (file.flush()) keepWithin(limits, file, files.values());
    });
  }

  function flushAll(): void {
    timer = undefined;
    for (const file of files.values()) flush(file);
  }

  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const [name, base, number] = NAME.exec(entry.name) ?? [];
    if (name === undefined || base === undefined || !entry.isFile()) continue;
    const { size } = await stat(join(directory, name));
    fileOf(join(directory, base)).find(number === undefined ? undefined : Number(number), size);
  }
  return {
    begin,
    write(logGroupName, line) {
      const file = begin(logGroupName);
      file.add(line);
      if (file.gathered >= Math.min(GATHERED_BYTES, limits.partBytes)) flush(file);
      else timer ??= setTimeout(flushAll, GATHER_MS);
    },
    remove(logGroupName) {
      const file = begin(logGroupName);
      attempt(file, () => file.remove());
      files.delete(file.path);
      begun.delete(file);
    },
    close() {
      clearTimeout(timer);
      flushAll();
      for (const file of files.values()) file.close();
    },
  };
}

/** The files of a log group. Its methods throw the system's errors. */
class GroupFile implements Parts {
  readonly path: string;
  readonly #partBytes: number;
  /** Sizes of the files with older lines, by their numbers. */
  readonly #older = new Map<number, number>();
  #newestBytes = 0;
  #lines: string[] = [];
  #gathered = 0;
  #descriptor: number | undefined;
  #isGivenUp = false;

  constructor(path: string, partBytes: number) {
    this.path = path;
    this.#partBytes = partBytes;
  }

  get bytes(): number {
    return [...this.#older.values()].reduce((sum, bytes) => sum + bytes, this.#newestBytes);
  }

  /** Bytes that wait. */
  get gathered(): number {
    return this.#gathered;
  }

  /** Tells it of a file that is there. */
  find(number: number | undefined, bytes: number): void {
    if (number === undefined) this.#newestBytes = bytes;
    else this.#older.set(number, bytes);
  }

  add(line: string): void {
    if (this.#isGivenUp) return;
    this.#lines.push(`${line}\n`);
    this.#gathered += Buffer.byteLength(line) + 1;
  }

  /** Writes what waits; false if that is nothing. */
  flush(): boolean {
    if (this.#gathered === 0) return false;
    const [text, bytes] = [this.#lines.join(''), this.#gathered];
    this.#forget();
    if (this.#newestBytes > 0 && this.#newestBytes + bytes > this.#partBytes) this.#startPart();
    this.#descriptor ??= openSync(this.path, 'a');
    writeFileSync(this.#descriptor, text);
    this.#newestBytes += bytes;
    return true;
  }

  dropOldest(): void {
    const oldest = Math.min(...this.#older.keys());
    if (this.#older.delete(oldest)) {
      rmSync(`${this.path}.${oldest}`, { force: true });
      return;
    }
    this.close();
    rmSync(this.path, { force: true });
    this.#newestBytes = 0;
  }

  /** Removes what is on disk and what waits; what is written from now on is in a new file. */
  remove(): void {
    this.#forget();
    while (this.bytes > 0) this.dropOldest();
  }

  /** Writes nothing from now on. */
  giveUp(): void {
    this.#isGivenUp = true;
    this.#forget();
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #startPart(): void {
    this.close();
    const number = Math.max(0, ...this.#older.keys()) + 1;
    renameSync(this.path, `${this.path}.${number}`);
    this.#older.set(number, this.#newestBytes);
    this.#newestBytes = 0;
  }

  #forget(): void {
    this.#lines = [];
    this.#gathered = 0;
  }
}
