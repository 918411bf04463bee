import { readdir, readFile } from 'node:fs/promises';

/** A variable for the environment of a process, by which it and all that it starts can be found. */
export function createMark(): Readonly<Record<'TEST_MARK', string>> {
  return { TEST_MARK: crypto.randomUUID() };
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The command lines of the processes that have the mark and run. Linux only. */
export async function processesWith({ TEST_MARK }: { readonly TEST_MARK: string }): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    ids.map(async (id) => {
      // A process may end while it is looked at, and one of somebody else is not for us to read.
      const environment = await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '');
      if (!environment.includes(`TEST_MARK=${TEST_MARK}`)) return '';
      const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
      return command.replaceAll('\0', ' ').trim();
    }),
  );
  return commands.filter((command) => command !== '');
}
