import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux's file system in memory. */
const MEMORY = '/dev/shm';
/** Containers often get 64 MB there, which tables can outgrow. */
const ENOUGH_BYTES = 2 ** 30;

function isRoomy(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}

/** A directory that cannot outlive this process. */
interface ScratchDirectory {
  readonly path: string;
  /** Removes it with all that is in it; nobody may use it any more. */
  remove(): Promise<void>;
}

/**
 * Waits for the end of its input: until it is told, or this process is gone, however it went. Who has used the directory
 * may be ending just then, and write once more.
 */
const GUARD = 'cat >/dev/null; for n in 1 2 3 4 5; do rm -rf -- "$1" && exit; sleep 0.2; done';

/** Makes a directory for what need not last: in memory where there is room, else among the temporary files. */
export function makeScratchDirectory(): ScratchDirectory {
  const path = mkdtempSync(join(isRoomy(MEMORY) ? MEMORY : tmpdir(), 'dynoxide-'));
  const guard = spawn('/bin/sh', ['-c', GUARD, 'sh', path], {
    // An interrupt in the terminal must not reach it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(guard, 'exit');
  return {
    path,
    async remove() {
      guard.stdin.end();
      await ended;
    },
  };
}
