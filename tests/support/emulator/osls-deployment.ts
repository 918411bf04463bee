import { execFile } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readSources, writeSources } from '@device-lifecycle/local/package/package-service.ts';

const run = promisify(execFile);
const PROJECT_DIR = fileURLToPath(new URL('../../../', import.meta.url)).slice(0, -1);

/** Has the framework. */
const NODE_MODULES = join(PROJECT_DIR, 'node_modules');

/** A service that is deployed to another endpoint of AWS than AWS's. */
export interface ServerlessService {
  /** What osls says, on both streams. Rejects with it when the command fails. */
  serverless(...command: readonly string[]): Promise<string>;
}

/** A copy of the sources, which is deployed as it stands. */
export interface Deployment extends ServerlessService {
  append(file: string, code: string): Promise<void>;
  close(): Promise<void>;
}

/** The service of a directory. */
export async function openServerless(directory: string, endpointUrl: string): Promise<ServerlessService> {
  // The bundler leaves its files behind there.
  const temporaryDir = join(directory, '.tmp');
  await mkdir(temporaryDir);
  const script = join(NODE_MODULES, 'serverless', 'bin', 'serverless.js');
  const env = {
    PATH: process.env['PATH'],
    TMPDIR: temporaryDir,
    HOME: directory, // without anybody's own profiles
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    SLS_AWS_MONITORING_FREQUENCY: '100', // milliseconds; an emulator is ready sooner than AWS
    NODE_COMPILE_CACHE: join(PROJECT_DIR, '.local', 'compile-cache'), // it takes most of its time to load
  };
  return {
    async serverless(...command) {
      try {
        const options = { cwd: directory, env, timeout: 60_000 };
        const running = run(process.execPath, [script, ...command, '--stage', 'dev'], options);
        running.child.stdin?.end();
        const { stdout, stderr } = await running;
        return stdout + stderr;
      } catch (error) {
        const { stdout, stderr } = Object(error);
        throw new Error(`serverless ${command.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
      }
    },
  };
}

/** Copies the sources, to deploy them to another endpoint of AWS than AWS's. */
export async function prepareDeployment(endpointUrl: string): Promise<Deployment> {
  const directory = await mkdtemp(join(tmpdir(), 'deployment-'));
  await writeSources(await readSources(PROJECT_DIR), directory);
  await symlink(NODE_MODULES, join(directory, 'node_modules'), 'junction');
  return {
    ...(await openServerless(directory, endpointUrl)),
    append: (file, code) => appendFile(join(directory, file), code),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}
