import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** All that is logged, one file a log group, for a look with any tool. */
export interface LogFiles {
  write(logGroupName: string, line: string): void;
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
  /** Those of these log groups start afresh at once, others with their first line. */
  readonly logGroupNames: readonly string[];
  /** Whether files go on with what is in them instead. */
  readonly areKept?: boolean;
  /** Hears when a file can't be written: what comes for it is lost from then on. */
  onFailure(file: string, error: Error): void;
}

/** Writes to `directory`, which is made if it is not there. */
export async function openLogFiles(
  directory: string,
  { logGroupNames, areKept = false, onFailure }: LogFilesOptions,
): Promise<LogFiles> {
  await mkdir(directory, { recursive: true });
  if (!areKept) await Promise.all(logGroupNames.map((name) => rm(fileOf(directory, name), { force: true })));
  const files = new Map<string, WriteStream>();
  return {
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
    async close() {
      const open = [...files.values()].filter(({ errored }) => errored === null);
      for (const file of open) file.end();
      // Whose last lines can't be written has been told of.
      await Promise.allSettled(open.map((file) => finished(file)));
    },
  };
}
