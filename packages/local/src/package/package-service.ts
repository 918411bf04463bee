import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RuntimeLog } from '../contracts.ts';
import { makeWorkDir, prune, publish, touch } from './cache.ts';
import { PackagingError } from './packaging-error.ts';
import { type DeploymentTarget, oslsVersion, runOsls } from './run-osls.ts';
import { hashSources, readSources, type SourceFile, writeSources } from './sources.ts';
import { unzip } from './unzip.ts';

export interface PackageOptions extends DeploymentTarget {
  /** Absolute path of the directory of `serverless.yml`. */
  readonly projectDir: string;
  /** Absolute path of a directory for packages alone; made if it is not there. */
  readonly cacheDir: string;
  readonly log: RuntimeLog;
  /** Ends the packaging, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What `serverless package` made, as it would be deployed. */
export interface PackagedService {
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
