import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** What functions log, one file a function, as CloudWatch Logs has a log group for each. */
export interface FunctionLogs {
  write(functionName: string, line: string): void;
  /** Resolves once all is on disk. */
  close(): Promise<void>;
}

const fileOf = (directory: string, functionName: string) => join(directory, `${functionName}.log`);

/**
 * Writes to `directory`/{functionName}.log, which starts afresh; the directory is made if it is not there.
 */
export async function openFunctionLogs(
  directory: string,
  functionNames: readonly string[],
): Promise<FunctionLogs> {
  await mkdir(directory, { recursive: true });
  await Promise.all(functionNames.map((name) => rm(fileOf(directory, name), { force: true })));
  const files = new Map<string, WriteStream>();
  return {
    write(functionName, line) {
      let file = files.get(functionName);
      if (file === undefined) {
        file = createWriteStream(fileOf(directory, functionName), { flags: 'a' });
        files.set(functionName, file);
      }
      file.write(`${line}\n`);
    },
    async close() {
      const open = [...files.values()];
      for (const file of open) file.end();
      await Promise.all(open.map((file) => finished(file)));
    },
  };
}
