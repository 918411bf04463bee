import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startEngine, type TableEngine } from './table-engine.ts';

const run = promisify(execFile);

/** The npm package that ships AWS's jar; its own dependencies are not needed, so it is unpacked and not installed. */
const PACKAGE = 'amplify-dynamodb-simulator';
const VERSION = '2.9.30';
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/dynamodb-local/', import.meta.url));
const JAVA_MAJOR = 17;
const FETCH_TIMEOUT_MS = 60_000;
/** It ends before the second compiler, or a collector with threads of its own, is worth the processor time they take. */
const SHORT_LIVED = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

export type DynamoDbLocal =
  | { readonly isAvailable: true; readonly start: () => Promise<TableEngine> }
  | { readonly isAvailable: false; readonly reason: string };

const firstLineOf = (error: unknown) => String(error instanceof Error ? error.message : error).split('\n')[0];

async function javaProblem(): Promise<string | undefined> {
  try {
    const { stderr } = await run('java', ['-version'], { timeout: 10_000 });
    const major = Number(/version "(\d+)/.exec(stderr)?.[1]);
    return major >= JAVA_MAJOR ? undefined : `Java ${JAVA_MAJOR} is needed, and this one is ${major}`;
  } catch (error) {
    return `Java ${JAVA_MAJOR} is needed: ${firstLineOf(error)}`;
  }
}

/** Unpacks beside the cache and renames, so that an interrupted or a concurrent fetch leaves nothing half done. */
async function fetchPackage(home: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const scratch = await mkdtemp(join(CACHE, 'fetch-'));
  try {
    const pack = ['pack', `${PACKAGE}@${VERSION}`, '--silent', '--pack-destination', scratch];
    const { stdout } = await run('npm', pack, { timeout: FETCH_TIMEOUT_MS, cwd: scratch });
    await run('tar', ['-xzf', join(scratch, stdout.trim()), '-C', scratch], { timeout: FETCH_TIMEOUT_MS });
    await rename(join(scratch, 'package', 'emulator'), home);
  } catch (error) {
    if (!existsSync(home)) throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Finds or fetches DynamoDB Local. Never throws: where it cannot be had, it says why. */
export async function findDynamoDbLocal(): Promise<DynamoDbLocal> {
  const home = join(CACHE, VERSION);
  const problem = await javaProblem();
  if (problem !== undefined) return { isAvailable: false, reason: problem };
  try {
    if (!existsSync(home)) await fetchPackage(home);
  } catch (error) {
    return {
      isAvailable: false,
      reason: `${PACKAGE}@${VERSION} could not be fetched: ${firstLineOf(error)}`,
    };
  }
  return { isAvailable: true, start: () => startDynamoDbLocal(home) };
}

async function startDynamoDbLocal(home: string): Promise<TableEngine> {
  // It unpacks a library at each start, and leaves it behind.
  const temporary = await mkdtemp(join(CACHE, 'run-'));
  const flags = [
    `-Djava.io.tmpdir=${temporary}`,
    `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`,
    ...SHORT_LIVED,
  ];
  const jar = join(home, 'DynamoDBLocal.jar');
  const engine = await startEngine({
    name: 'DynamoDB Local',
    startTimeoutMs: 30_000,
    directory: CACHE,
    command: (port) => ['java', ...flags, '-jar', jar, '-inMemory', '-sharedDb', '-port', String(port)],
  });
  return {
    endpoint: engine.endpoint,
    async stop() {
      await engine.stop();
      await rm(temporary, { recursive: true, force: true });
    },
  };
}
