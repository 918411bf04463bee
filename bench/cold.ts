import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type BuildOptions, build } from 'esbuild';
import { bundleOptions } from '../layer/bundle-options.ts';
import { LAYER_ROOT } from '../layer/layout.ts';
import type { FunctionDefinition } from '../local/lambda/definition.ts';
import { packagedTemplate } from '../tests/support/packaged-template.ts';
import { median } from './measure.ts';

const ROUNDS = 15;
const PROJECT_DIR = join(import.meta.dirname, '..');

/** Loads a handler as Lambda's runtime does, and prints how long that took, in milliseconds. */
const LOADER = `
const startedAt = performance.now();
await import(process.argv[2]);
console.log(performance.now() - startedAt);
process.exit(0);
`;

/** A way to package a function: the file that holds its handler, by variant. */
type Variants = Readonly<Record<'layer' | 'singleFile' | 'plainLayer' | 'empty', string>>;

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

async function prepare(definition: FunctionDefinition, directory: string): Promise<Variants> {
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
async function timeLoad(loader: string, file: string, definition: FunctionDefinition): Promise<number> {
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

/** One function: each round loads every variant once, beginning with another one each time. */
async function measure(
  definition: FunctionDefinition,
  loader: string,
  variants: Variants,
): Promise<Readonly<Record<keyof Variants, readonly number[]>>> {
  const times: Record<keyof Variants, number[]> = { layer: [], singleFile: [], plainLayer: [], empty: [] };
  const names = Object.keys(times) as (keyof Variants)[];
  for (const name of names) await timeLoad(loader, variants[name], definition);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length] ?? 'layer';
      times[name].push(await timeLoad(loader, variants[name], definition));
    }
  }
  return times;
}

const ratios = (of: readonly number[], to: readonly number[]) =>
  of.map((value, round) => value / (to[round] ?? Number.NaN));
const describe = (values: readonly number[]) =>
  `×${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`;

/**
 * How long a function takes to load: as it is deployed, with the layer, against the same function (a) in a single
 * file, module-first and minified, (b) with a plain layer of node_modules, (c) against an empty handler.
 */
export async function run(): Promise<void> {
  const { stack } = await packagedTemplate();
  const directory = await mkdtemp(join(tmpdir(), 'bench-cold-'));
  const loader = join(directory, 'load.mjs');
  const all = { singleFile: [] as number[], plainLayer: [] as number[] };
  console.log(
    `cold: ${ROUNDS} rounds of fresh processes a function; milliseconds, and ratios of the layer to (a) and (b)`,
  );
  console.log(`  ${'function'.padEnd(22)} layer   (a)   (b)   (c)   to (a)                to (b)`);
  try {
    await writeFile(loader, LOADER);
    for (const definition of stack.functions) {
      const name = definition.functionName.replace(/^.*-(?=[a-z]+-[a-z]+$)/, '');
      const times = await measure(definition, loader, await prepare(definition, join(directory, name)));
      const toSingleFile = ratios(times.layer, times.singleFile);
      const toPlainLayer = ratios(times.layer, times.plainLayer);
      all.singleFile.push(...toSingleFile);
      all.plainLayer.push(...toPlainLayer);
      const medians = Object.values(times).map((values) => median(values).toFixed(1).padStart(5));
      console.log(
        `  ${name.padEnd(22)} ${medians.join(' ')}   ${describe(toSingleFile)}   ${describe(toPlainLayer)}`,
      );
    }
    console.log(
      `  ${'all'.padEnd(22)} ${''.padStart(23)}   ${describe(all.singleFile)}   ${describe(all.plainLayer)}`,
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
