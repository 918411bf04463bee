import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The service could not be packaged. The message is one sentence, then what the tool itself wrote. */
export class PackagingError extends Error {
  override readonly name = 'PackagingError';
}

/** What osls is told, and what of the package depends on it. */
export interface DeploymentTarget {
  readonly stage: string;
  readonly region: string;
  /** What `--param` gives; the parameters that are missing are as serverless.yml has them for the stage. */
  readonly params?: Readonly<Record<string, string>>;
}

/** The version of the Serverless Framework that is installed in the project. Throws {@link PackagingError}. */
export async function oslsVersion(projectDir: string): Promise<string> {
  try {
    const manifest: unknown = JSON.parse(
      await readFile(join(frameworkDir(projectDir), 'package.json'), 'utf8'),
    );
    return String(Object(manifest).version);
  } catch (cause) {
    throw new PackagingError(
      `The Serverless Framework is not installed in ${projectDir}: run \`npm ci\` there.`,
      {
        cause,
      },
    );
  }
}

/** The framework that a project has, by either of its names, or else that of the working directory. */
function frameworkDir(projectDir: string): string {
  const own = join(process.cwd(), 'node_modules', 'serverless');
  const candidates = ['serverless', 'osls'].map((name) => join(projectDir, 'node_modules', name));
  return candidates.find((directory) => existsSync(directory)) ?? own;
}

/** Packaging takes seconds; past this it hangs. */
const TIMEOUT_MS = 120_000;

/** Where osls works. */
interface OslsDirectories {
  /** That of `serverless.yml`; gets a folder `.serverless`. */
  readonly serviceDir: string;
  /** For temporary files, which plugins leave behind. */
  readonly temporaryDir: string;
}

/**
 * Runs `serverless package`. It needs no network and no credentials, and gets none: only the path and the home (osls
 * keeps its compiled schema there) come from this process' environment. Throws {@link PackagingError} with osls' own
 * output, and the reason of `signal` when that ends it.
 */
export async function runOsls(
  { serviceDir, temporaryDir }: OslsDirectories,
  target: DeploymentTarget,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const script = join(frameworkDir(serviceDir), 'bin', 'serverless.js');
  if (!existsSync(script)) throw new PackagingError(`There is no ${script}: run \`npm ci\`.`);
  const child = spawn(
    process.execPath,
    [script, 'package', '--stage', target.stage, '--region', target.region, ...paramOptions(target)],
    {
      cwd: serviceDir,
      env: environment(temporaryDir),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    },
  );
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  signal?.addEventListener('abort', kill);
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  try {
    const [exitCode, endedBy]: (number | string | null)[] = await once(child, 'close');
    signal?.throwIfAborted();
    if (exitCode === 0) return;
    const end = exitCode === null ? `was ended by ${endedBy}` : `ended with exit code ${exitCode}`;
    throw new PackagingError(
      `The service could not be packaged, \`serverless package\` ${end}:\n${Buffer.concat(output).toString('utf8').trim()}`,
    );
  } finally {
    process.off('exit', kill);
    signal?.removeEventListener('abort', kill);
  }
}

const paramOptions = ({ params = {} }: DeploymentTarget): readonly string[] =>
  Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);

function environment(temporaryDir: string): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot'].flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  );
  return { ...Object.fromEntries(kept), TMPDIR: temporaryDir, TEMP: temporaryDir, TMP: temporaryDir };
}
