import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, parse } from 'node:path';
import type { StartedPackage } from './cloudformation/deployments.ts';
import type { RuntimeLog } from './contracts.ts';
import { type RuntimeOptions, WORKING_DIR } from './options.ts';
import { packageService } from './package/package-service.ts';
import { type Stack, type StackNames, stackNames } from './template/stack.ts';

/** Where the runtime is. */
export interface StackPlace {
  readonly region: string;
  readonly accountId: string;
  readonly awsEndpointUrl: string;
  readonly mqtt: {
    readonly host: string;
    readonly port: number;
    /** The root that the broker's certificate comes from (PEM); relative to the working directory, or absolute. */
    readonly caFile: string;
  };
}

/** What is where, for whoever uses the stack. A contract: see docs/messages.md. */
export type StackFile = StackPlace & StackNames;

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

/** Keeps the file up to date. */
interface StackFileWriter {
  /** Writes the file for the first time. */
  open(place: StackPlace, stacks: readonly DeployedStack[]): Promise<void>;
  /** Writes it again, once it is there. */
  update(stacks: readonly DeployedStack[]): Promise<void>;
}

/** A stack that runs. */
interface DeployedStack {
  readonly stack: Stack;
}

/** Where several stacks run, a name that more than one of them has is that of the one that was created first. */
export function createStackFileWriter(path: string): StackFileWriter {
  let place: StackPlace | undefined;
  let written: Promise<void> = Promise.resolve();

  const update = (stacks: readonly DeployedStack[]) => {
    if (place === undefined) return Promise.resolve();
    const file = { ...place, ...namesOf(stacks) };
    written = written.then(() => write(path, file));
    return written;
  };

  return {
    update,
    async open(opened, stacks) {
      await mkdir(dirname(path), { recursive: true });
      place = opened;
      await update(stacks);
    },
  };
}

function namesOf(stacks: readonly DeployedStack[]): StackNames {
  const all = stacks.map(({ stack }) => stackNames(stack)).toReversed();
  const merged = (key: keyof StackNames) => Object.assign({}, ...all.map((names) => names[key]));
  return {
    tables: merged('tables'),
    stateMachines: merged('stateMachines'),
    functions: merged('functions'),
    queues: merged('queues'),
    buckets: merged('buckets'),
    policies: merged('policies'),
    eventBuses: merged('eventBuses'),
  };
}

/** Writes the file whole or not at all. */
async function write(path: string, file: StackFile): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(file, null, 2)}\n`);
  await rename(temporary, path);
}

/** Removes the file, unless another stack has written its own in the meantime. */
export async function removeStackFile(
  path: string,
  { awsEndpointUrl }: Pick<StackPlace, 'awsEndpointUrl'>,
): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text?.includes(awsEndpointUrl) === true) await rm(path, { force: true });
}

interface PackageSurroundings {
  readonly log: RuntimeLog;
  /** Ends the packaging. */
  readonly signal: AbortSignal;
  /** Absolute path of the directory of code that is kept; absent where nothing is. */
  readonly keptCode: string | undefined;
}

/** Packages the service that the runtime is to start with, or finds its package; none where there is to be none. */
export async function packageStarted(
  { service, stage, region }: Pick<RuntimeOptions, 'service' | 'stage' | 'region'>,
  { log, signal, keptCode }: PackageSurroundings,
): Promise<StartedPackage | undefined> {
  if (service === undefined) return undefined;
  const packaged = await packageService({
    projectDir: service,
    cacheDir: join(WORKING_DIR, '.local', 'package'),
    stage,
    region,
    log,
    signal,
  });
  const { directory, codeDirectory, stackName } = packaged;
  const template = await readFile(packaged.templateFile, 'utf8');
  if (keptCode === undefined) return { stackName, template, codeDirectory };
  return {
    stackName,
    template,
    codeDirectory: await keep(codeDirectory, join(keptCode, basename(directory))),
  };
}

/** The cache forgets packages, which may be needed to go on with what is kept. */
async function keep(codeDirectory: string, kept: string): Promise<string> {
  if (existsSync(kept)) return kept;
  const incomplete = `${kept}.${process.pid}`;
  await rm(incomplete, { recursive: true, force: true });
  await cp(codeDirectory, incomplete, { recursive: true });
  await rename(incomplete, kept);
  return kept;
}

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
