import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';

/**
 * Where a stack's root certificate is, beside its stack file: `ca.pem` for `stack.json`, so that clients find it in
 * one place, and `{name}.ca.pem` for `{name}.json`, so that stacks in one directory have a file each.
 */
export function caFileOf(stackFile: string): string {
  const { dir, name } = parse(stackFile);
  return join(dir, name === 'stack' ? 'ca.pem' : `${name}.ca.pem`);
}

/** Writes the file whole or not at all. */
export async function writeCaFile(path: string, caPem: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, caPem);
  await rename(temporary, path);
}

/** Removes the file, unless another stack has written its own in the meantime. */
export async function removeCaFile(path: string, caPem: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === caPem) await rm(path, { force: true });
}
