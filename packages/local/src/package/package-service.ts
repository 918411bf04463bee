import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RuntimeLog } from '../contracts.ts';
import { systemErrorCode } from '../data/database.ts';
import { makeWorkDir, prune, publish, touch, unzip } from './cache.ts';
import { type DeploymentTarget, oslsVersion, PackagingError, runOsls } from './run-osls.ts';

/** Where a project says what its package is made from: its package.json has `{[SETTINGS]: {"sources": [...]}}`. */
const SETTINGS = 'device-lifecycle-local';

/** Beside those: they say what is installed. */
const MANIFESTS = ['package.json', 'package-lock.json'];

/** One file of the sources: its path relative to the project, with `/`, and its content. */
interface SourceFile {
  readonly path: string;
  readonly content: Buffer;
}

/** What no package is made from, wherever it stands: what is installed, and what tools keep. */
const NO_SOURCES = /(^|\/)(node_modules|\.git|\.local|\.serverless|\.esbuild|\.build|coverage)(\/|$)/;

/**
 * Every file that the package is made from, in the order of their paths: what its package.json names as sources, where
 * it does, and otherwise all that stands in the directory.
 */
export async function readSources(projectDir: string): Promise<readonly SourceFile[]> {
  const paths = await Promise.all(
    (await entriesOf(projectDir)).map((entry) => filesUnder(projectDir, entry)),
  );
  const sorted = paths.flat().sort();
  // One after the other costs a tenth of what it does side by side: they are many, and small.
  return sorted.map((path) => ({ path, content: readFileSync(join(projectDir, path)) }));
}

async function entriesOf(projectDir: string): Promise<readonly string[]> {
  const named = namedIn(join(projectDir, 'package.json'));
  if (named !== undefined) return [...new Set([...MANIFESTS, ...named])];
  return (await readdir(projectDir)).filter((name) => !NO_SOURCES.test(name));
}

function namedIn(manifest: string): readonly string[] | undefined {
  if (!existsSync(manifest)) return undefined;
  const { [SETTINGS]: settings } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly [SETTINGS]?: { readonly sources: readonly string[] };
  };
  return settings?.sources;
}

async function filesUnder(projectDir: string, entry: string): Promise<readonly string[]> {
  try {
    const children = await readdir(join(projectDir, entry), { recursive: true, withFileTypes: true });
    return children
      .filter((child) => child.isFile())
      .map((child) => join(child.parentPath, child.name).slice(projectDir.length + 1))
      .filter((path) => !NO_SOURCES.test(path));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOTDIR') return [entry];
    if (code === 'ENOENT') return [];
    throw error;
  }
}

/** A name for exactly these sources, built with these settings. */
export function hashSources(
  sources: readonly SourceFile[],
  settings: Readonly<Record<string, string>>,
): string {
  const hash = createHash('sha256');
  // Lengths keep two files from being read as one: without them "a" + "bc" and "ab" + "c" would be the same.
  for (const [name, value] of Object.entries(settings).sort())
    hash.update(`${name}=${value.length}:${value}\n`);
  for (const { path, content } of sources) hash.update(`${path}:${content.length}\n`).update(content);
  return hash.digest('hex').slice(0, 32);
}

/** Writes the sources as they were read and hashed, so that what is built is what the hash names. */
export async function writeSources(sources: readonly SourceFile[], directory: string): Promise<void> {
  await Promise.all(
    sources.map(async ({ path, content }) => {
      const file = join(directory, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }),
  );
}

interface PackageOptions extends DeploymentTarget {
  /** Absolute path of the directory of `serverless.yml`. */
  readonly projectDir: string;
  /** Absolute path of a directory for packages alone; made if it is not there. */
  readonly cacheDir: string;
  readonly log: RuntimeLog;
  /** Ends the packaging, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What `serverless package` made, as it would be deployed. */
interface PackagedService {
  readonly directory: string;
  /** The CloudFormation template, as JSON. */
  readonly templateFile: string;
  /** Holds one directory for each archive, with its name (`registerDevice` for `registerDevice.zip`). */
  readonly codeDirectory: string;
  /** What CloudFormation would call the stack. */
  readonly stackName: string;
  /** Whether nothing had changed since it was packaged before. */
  readonly cached: boolean;
}

const TEMPLATE = 'cloudformation-template-update-stack.json';
const STATE = 'serverless-state.json';
const CODE = 'code';

/**
 * Packages the service, or finds the package that was made from the very same sources before. May run at the same
 * time in any number of processes. Throws `PackagingError` with one sentence and the tool's own output.
 */
export async function packageService(options: PackageOptions): Promise<PackagedService> {
  const { projectDir, cacheDir, stage, region, params = {}, log } = options;
  await assertService(projectDir);
  const [sources, framework] = await Promise.all([readSources(projectDir), oslsVersion(projectDir)]);
  const settings = {
    stage,
    region,
    params: JSON.stringify(Object.entries(params).sort()),
    framework,
    node: process.version,
  };
  const directory = join(cacheDir, hashSources(sources, settings));
  const cached = await touch(directory);
  if (!cached) {
    const startedAt = performance.now();
    await build(sources, directory, options);
    log.info(`packaged the service in ${Math.round(performance.now() - startedAt)} ms`);
    await prune(cacheDir);
  }
  return {
    directory,
    templateFile: join(directory, TEMPLATE),
    codeDirectory: join(directory, CODE),
    stackName: await readStackName(join(directory, STATE)),
    cached,
  };
}

/** https://www.serverless.com/framework/docs/guides/intro */
const CONFIGURATION = /^serverless\.(yml|yaml|json|js|cjs|mjs|ts)$/;

async function assertService(projectDir: string): Promise<void> {
  const names = existsSync(projectDir) ? await readdir(projectDir) : [];
  if (names.some((name) => CONFIGURATION.test(name))) return;
  throw new PackagingError(
    `There is no serverless.yml in ${projectDir}: give --service the directory of a serverless service, or start with --no-service.`,
  );
}

/** The framework's default, `{service}-{stage}`, or what `provider.stackName` says. */
async function readStackName(stateFile: string): Promise<string> {
  const { service } = Object(JSON.parse(await readFile(stateFile, 'utf8')));
  const { stage, stackName } = service.provider;
  return String(stackName ?? `${service.service}-${stage}`);
}

/** osls writes into the directory that it runs in, so every build gets a copy of the sources of its own. */
async function build(
  sources: readonly SourceFile[],
  directory: string,
  { projectDir, cacheDir, stage, region, params = {}, signal }: PackageOptions,
): Promise<void> {
  const workDir = await makeWorkDir(cacheDir);
  try {
    const serviceDir = join(workDir, 'service');
    await writeSources(sources, serviceDir);
    const modules = join(projectDir, 'node_modules');
    if (existsSync(modules)) await symlink(modules, join(serviceDir, 'node_modules'), 'junction');
    const temporaryDir = join(workDir, 'temporary');
    await mkdir(temporaryDir);
    await runOsls({ serviceDir, temporaryDir }, { stage, region, params }, signal);
    const built = join(workDir, 'package');
    await rename(join(serviceDir, '.serverless'), built);
    await unzipAll(built);
    await publish(built, directory);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function unzipAll(packageDir: string): Promise<void> {
  const codeDir = join(packageDir, CODE);
  await mkdir(codeDir);
  // On Lambda no package.json lies above the code; here the project's would turn every .js into an ES module.
  await writeFile(join(codeDir, 'package.json'), '{}\n');
  const archives = (await readdir(packageDir)).filter((name) => name.endsWith('.zip'));
  await Promise.all(
    archives.map((name) => unzip(join(packageDir, name), join(codeDir, basename(name, '.zip')))),
  );
}
