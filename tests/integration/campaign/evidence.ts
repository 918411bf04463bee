import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Answers that the functions have logged, as `deviceId requestId`, once they were given. */
export async function answersLogged(logDirectory: string): Promise<ReadonlySet<string>> {
  const answered = new Set<string>();
  const names = (await readdir(logDirectory)).filter((name) => /^aws\.lambda.+\.log(\.\d+)?$/.test(name));
  for (const name of names) {
    for (const line of (await readFile(join(logDirectory, name), 'utf8')).split('\n')) {
      // The last line before a kill may be cut off.
      if (!/"message":"(accepted|rejected)"/.test(line) || !line.endsWith('}')) continue;
      const { deviceId, requestId } = JSON.parse(line) as Record<string, unknown>;
      answered.add(`${deviceId} ${requestId}`);
    }
  }
  return answered;
}
