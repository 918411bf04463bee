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

/**
 * Writes to `directory`, which is made if it is not there. Files start afresh, those of `logGroupNames` at once and
 * others with their first line; or they go on, where they are kept.
 */
export async function openLogFiles(
  directory: string,
  logGroupNames: readonly string[],
  areKept = false,
): Promise<LogFiles> {
  await mkdir(directory, { recursive: true });
  if (!areKept) await Promise.all(logGroupNames.map((name) => rm(fileOf(directory, name), { force: true })));
  const files = new Map<string, WriteStream>();
  return {
    write(logGroupName, line) {
      let file = files.get(logGroupName);
      if (file === undefined) {
        file = createWriteStream(fileOf(directory, logGroupName), { flags: areKept ? 'a' : 'w' });
        files.set(logGroupName, file);
      }
      writeGathered(file, line);
    },
    async close() {
      const open = [...files.values()];
      for (const file of open) file.end();
      await Promise.all(open.map((file) => finished(file)));
    },
  };
}
