import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { FunctionDefinition } from '@device-lifecycle/local/lambda/definition.ts';
import { type BuildOptions, build } from 'esbuild';
import { bundleOptions } from '../../layer/bundle-options.ts';
import { LAYER_ROOT } from '../../layer/layout.ts';

const PROJECT_DIR = join(import.meta.dirname, '../..');

/** Loads a handler as Lambda's runtime does, and prints how long that took, in milliseconds. */
export const LOADER = `
const startedAt = performance.now();
await import(process.argv[2]);
console.log(performance.now() - startedAt);
process.exit(0);
`;

/** A way to package a function: the file that holds its handler, by variant. */
export type Variants = Readonly<Record<'layer' | 'singleFile' | 'plainLayer' | 'empty', string>>;

const sourceOf = ({ handler }: FunctionDefinition) => `${handler.replace(/\.handler$/, '')}.ts`;

/** As it is deployed, the layer beside it in the place of /opt. */
async function placePackaged(definition: FunctionDefinition, directory: string): Promise<string> {
  const packaged = join(definition.codeDir, sourceOf(definition).replace(/\.ts$/, '.mjs'));
  const optDir = join(directory, 'opt');
  for (const layer of definition.layers ?? []) await cp(layer.directory, optDir, { recursive: true });
  const file = join(directory, 'layer.mjs');
  const code = await readFile(packaged, 'utf8');
  await writeFile(file, code.replaceAll(`${LAYER_ROOT}/`, `${join(optDir, 'nodejs')}/`));
  return file;
}

async function bundle(
  definition: FunctionDefinition,
  outfile: string,
  options: BuildOptions,
): Promise<string> {
  const entryPoints = [sourceOf(definition)];
  await build({
    ...bundleOptions,
    ...options,
    absWorkingDir: PROJECT_DIR,
    entryPoints,
    minify: true,
    outfile,
  });
  return outfile;
}

/** Packages a function in every way, into a directory that it makes. */
export async function prepare(definition: FunctionDefinition, directory: string): Promise<Variants> {
  await mkdir(directory);
  const empty = join(directory, 'empty.mjs');
  await symlink(join(PROJECT_DIR, 'node_modules'), join(directory, 'node_modules'));
  await writeFile(empty, 'export const handler = async () => ({});\n');
  return {
    layer: await placePackaged(definition, directory),
    // As CommonJS, which is the faster of the two for it.
    singleFile: await bundle(definition, join(directory, 'single-file.cjs'), { format: 'cjs' }),
    plainLayer: await bundle(definition, join(directory, 'plain-layer.mjs'), { packages: 'external' }),
    empty,
  };
}

/** Milliseconds, in a process of its own. */
export async function timeLoad(
  loader: string,
  file: string,
  definition: FunctionDefinition,
): Promise<number> {
  const child = spawn(process.execPath, [loader, file], {
    env: {
      ...definition.environment,
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: definition.functionName,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (exitCode !== 0) throw new Error(`${file} cannot be loaded.`);
  return Number(output);
}
