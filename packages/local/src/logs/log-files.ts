import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** All that is logged, one file a log group, for a look with any tool. */
export interface LogFiles {
  /** Has the file of a log group start afresh, unless it is written to already or goes on with what is in it. */
  begin(logGroupName: string): Promise<void>;
  write(logGroupName: string, line: string): void;
  /** Removes the file of a log group. */
  remove(logGroupName: string): Promise<void>;
  /** Resolves once all is on disk. */
  close(): Promise<void>;
}

/** For so long, lines wait for others to be written with: by itself, each costs five times as much processor time. */
const GATHER_MS = 20;

function writeGathered(file: WriteStream, line: string): void {
  if (file.writableCorked === 0) {
    file.cork();
    setTimeout(() => file.uncork(), GATHER_MS);
  }
  file.write(`${line}\n`);
}

/** `/aws/lambda/name` is in `aws.lambda.name.log`. */
function fileOf(directory: string, logGroupName: string): string {
  return join(directory, `${logGroupName.replace(/^\/+/, '').replaceAll('/', '.')}.log`);
}

export interface LogFilesOptions {
  /** Whether files go on with what is in them instead. */
  readonly areKept?: boolean;
  /** Hears when a file can't be written: what comes for it is lost from then on. */
  onFailure(file: string, error: Error): void;
}

/** Writes to `directory`, which is made if it is not there. */
export async function openLogFiles(
  directory: string,
  { areKept = false, onFailure }: LogFilesOptions,
): Promise<LogFiles> {
  await mkdir(directory, { recursive: true });
  const files = new Map<string, WriteStream>();

  /** Whose last lines can't be written has been told of. */
  async function end(file: WriteStream): Promise<void> {
    if (file.errored !== null) return;
    file.end();
    await finished(file).catch(() => undefined);
  }

  return {
    async begin(logGroupName) {
      if (areKept || files.has(logGroupName)) return;
      await rm(fileOf(directory, logGroupName), { force: true });
    },
    write(logGroupName, line) {
      let file = files.get(logGroupName);
      if (file === undefined) {
        const path = fileOf(directory, logGroupName);
        file = createWriteStream(path, { flags: areKept ? 'a' : 'w' });
        file.on('error', (error) => onFailure(path, error));
        files.set(logGroupName, file);
      }
      writeGathered(file, line);
    },
    async remove(logGroupName) {
      const file = files.get(logGroupName);
      files.delete(logGroupName);
      // At once, so that what is written from now on is in a new one.
      rmSync(fileOf(directory, logGroupName), { force: true });
      if (file !== undefined) await end(file);
    },
    async close() {
      await Promise.all([...files.values()].map(end));
    },
  };
}
