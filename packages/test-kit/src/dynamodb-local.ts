import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startEngine, type TableEngine } from './table-engine.ts';
import { hasTool } from './tools.ts';

const run = promisify(execFile);

/** As in tests/install-tools.sh. */
const VERSION = '2.9.30';
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/dynamodb-local/', import.meta.url));
const JAVA_MAJOR = 17;
/** It ends before the second compiler, or a collector with threads of its own, is worth the processor time they take. */
const SHORT_LIVED = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

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

/**
 * How to start DynamoDB Local, from where `npm run test:tools` puts it; undefined where tests may do without it.
 * @throws Error where it is missing: see `hasTool`
 */
export async function findDynamoDbLocal(): Promise<(() => Promise<TableEngine>) | undefined> {
  const home = join(CACHE, VERSION);
  const problem = (await javaProblem()) ?? (existsSync(home) ? undefined : `nothing is in ${home}`);
  return hasTool('dynamodb-local', problem) ? () => startDynamoDbLocal(home) : undefined;
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
