import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What is where, for whoever uses the stack. A contract: see docs/messages.md. */
export interface StackFile {
  readonly region: string;
  readonly accountId: string;
  readonly awsEndpointUrl: string;
  readonly mqtt: {
    readonly host: string;
    readonly port: number;
    /** The root that the broker's certificate comes from (PEM); relative to the working directory, or absolute. */
    readonly caFile: string;
  };
  readonly tables: Readonly<Record<string, string>>;
  readonly stateMachines: Readonly<Record<string, string>>;
  readonly functions: Readonly<Record<string, string>>;
  readonly queues: Readonly<Record<string, string>>;
  readonly buckets: Readonly<Record<string, string>>;
}

const ANSWER_TIMEOUT_MS = 1_000;

/** Something answers where another stack's file says that stack is. The message says what to do. */
export class StackFileError extends Error {
  override readonly name = 'StackFileError';
}

/**
 * Makes sure that no stack that runs has its file there; one that was ended by force may have left its own.
 * @throws StackFileError
 */
export async function assertStackFileIsFree(path: string): Promise<void> {
  const url = await endpointIn(path);
  if (url === undefined || !(await answers(url))) return;
  throw new StackFileError(
    `The stack of ${path} is running, at ${url}: stop it, or give this one another file with --stack-file, and ports of its own.`,
  );
}

/** Nothing for a file that is not there, or is no stack file. */
async function endpointIn(path: string): Promise<string | undefined> {
  try {
    const { awsEndpointUrl } = Object(JSON.parse(await readFile(path, 'utf8')));
    return typeof awsEndpointUrl === 'string' ? awsEndpointUrl : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || Object(error).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
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
