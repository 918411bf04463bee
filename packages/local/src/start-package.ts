import { existsSync } from 'node:fs';
import { cp, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { StartedPackage } from './cloudformation/deployments.ts';
import type { RuntimeLog } from './contracts.ts';
import { type RuntimeOptions, WORKING_DIR } from './options.ts';
import { packageService } from './package/package-service.ts';

export interface PackageSurroundings {
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
