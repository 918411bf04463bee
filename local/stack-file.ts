import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What is where, for whoever uses the stack. A contract: see docs/messages.md. */
export interface StackFile {
  readonly region: string;
  readonly accountId: string;
  readonly awsEndpointUrl: string;
  readonly mqtt: { readonly host: string; readonly port: number };
  readonly tables: Readonly<Record<string, string>>;
  readonly stateMachines: Readonly<Record<string, string>>;
  readonly functions: Readonly<Record<string, string>>;
  readonly queues: Readonly<Record<string, string>>;
  readonly buckets: Readonly<Record<string, string>>;
}

/** Writes the file whole or not at all. */
export async function writeStackFile(path: string, stack: StackFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(stack, null, 2)}\n`);
  await rename(temporary, path);
}

/** Removes the file, unless another stack has written its own in the meantime. */
export async function removeStackFile(path: string, { awsEndpointUrl }: StackFile): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text?.includes(awsEndpointUrl) === true) await rm(path, { force: true });
}
