import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { FunctionDefinition } from '@device-lifecycle/local/lambda/definition.ts';
import { packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { type BuildOptions, build } from 'esbuild';
import { bundleOptions } from '../layer/bundle-options.ts';
import { LAYER_ROOT } from '../layer/layout.ts';
import { describeRange, median } from './measure.ts';
import { type Figure, printFigures, saveResult } from './results.ts';

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

interface Size {
  /** Of fresh processes, a function. */
  readonly rounds: number;
  /** The first ones. */
  readonly functions: number;
}

const FULL: Size = { rounds: 15, functions: Number.POSITIVE_INFINITY };
/** That everything works shows with these. */
const QUICK: Size = { rounds: 1, functions: 3 };

const LABELS: Readonly<Record<keyof Variants, string>> = {
  layer: 'as deployed',
  singleFile: 'single file',
  plainLayer: 'plain layer of node_modules',
  empty: 'empty handler',
};
/** At most so much of the time of the other ways. */
const GOALS = { singleFile: 0.85, plainLayer: 0.6 } as const;

/** Milliseconds by round, of one function. */
interface Loads extends Readonly<Record<keyof Variants, readonly number[]>> {
  readonly name: string;
}

/** One function: each round loads every variant once, beginning with another one each time. */
async function measure(
  definition: FunctionDefinition,
  {
    loader,
    variants,
    rounds,
  }: { readonly loader: string; readonly variants: Variants; readonly rounds: number },
): Promise<Readonly<Record<keyof Variants, readonly number[]>>> {
  const times: Record<keyof Variants, number[]> = { layer: [], singleFile: [], plainLayer: [], empty: [] };
  const names = Object.keys(times) as (keyof Variants)[];
  for (const name of names) await timeLoad(loader, variants[name], definition);
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length] ?? 'layer';
      times[name].push(await timeLoad(loader, variants[name], definition));
    }
  }
  return times;
}

/** Of each round, to another way in the same one. */
const ratiosTo = (loads: Loads, other: keyof Variants): number[] =>
  loads.layer.map((value, round) => value / (loads[other][round] ?? Number.NaN));

const describe = (values: readonly number[]) => `×${describeRange(values)}`;

function print(loads: Loads): void {
  const medians = [loads.layer, loads.singleFile, loads.plainLayer, loads.empty].map((values) =>
    median(values).toFixed(1).padStart(5),
  );
  const [toSingleFile, toPlainLayer] = (['singleFile', 'plainLayer'] as const).map((other) =>
    describe(ratiosTo(loads, other)),
  );
  console.log(`  ${loads.name.padEnd(22)} ${medians.join(' ')}   ${toSingleFile}   ${toPlainLayer}`);
}

async function measureAll(directory: string, size: Size): Promise<Loads[]> {
  const { stack } = await packagedTemplate();
  const loader = join(directory, 'load.mjs');
  await writeFile(loader, LOADER);
  const all: Loads[] = [];
  for (const definition of stack.functions.slice(0, size.functions)) {
    const name = definition.functionName.replace(/^.*-(?=[a-z]+-[a-z]+$)/, '');
    const variants = await prepare(definition, join(directory, name));
    const loads = { name, ...(await measure(definition, { loader, variants, rounds: size.rounds })) };
    print(loads);
    all.push(loads);
  }
  return all;
}

/** Over all functions and rounds; the range is that of the functions' medians. */
function figureOf(all: readonly Loads[], other: keyof typeof GOALS): Figure {
  const byFunction = all.map((loads) => median(ratiosTo(loads, other)));
  const ratio = median(all.flatMap((loads) => ratiosTo(loads, other)));
  const extremes = [Math.min(...byFunction), Math.max(...byFunction)].map((value) => value.toFixed(2));
  return {
    what: `load time, against ${LABELS[other]}`,
    measured: `×${ratio.toFixed(2)} (${extremes.join('–')} by function)`,
    reference: `the same ${all.length} functions, ${LABELS[other]}`,
    goal: `at most ×${GOALS[other]}`,
    isMet: ratio <= GOALS[other],
  };
}

async function keep(all: readonly Loads[]): Promise<void> {
  const figures: Figure[] = [
    figureOf(all, 'singleFile'),
    figureOf(all, 'plainLayer'),
    {
      what: 'load time',
      measured: `${median(all.map(({ layer }) => median(layer))).toFixed(1)} ms`,
      reference: `${median(all.map(({ empty }) => median(empty))).toFixed(1)} ms: an empty handler`,
    },
  ];
  printFigures(figures);
  await saveResult({
    name: 'cold',
    title: 'how long functions take to load',
    command: 'npm run bench -- cold',
    figures,
    panels: [
      {
        title: 'Load of a function in a fresh process',
        xLabel: '',
        yLabel: 'ms',
        kind: 'bar',
        categories: all.map(({ name }) => name),
        series: (Object.keys(LABELS) as (keyof Variants)[]).map((variant) => ({
          name: LABELS[variant],
          points: all.map((loads, index) => [index, median(loads[variant])] as const),
        })),
      },
    ],
    raw: all,
  });
}

/**
 * How long a function takes to load: as it is deployed, with the layer, against the same function (a) in a single
 * file, module-first and minified, (b) with a plain layer of node_modules, (c) against an empty handler.
 */
export async function measureLoads(args: readonly string[]): Promise<void> {
  const size = args.includes('--quick') ? QUICK : FULL;
  console.log(
    `cold: ${size.rounds} rounds of fresh processes a function; milliseconds, and ratios of the layer to (a) and (b)`,
  );
  console.log(`  ${'function'.padEnd(22)} layer   (a)   (b)   (c)   to (a)                to (b)`);
  const directory = await mkdtemp(join(tmpdir(), 'bench-cold-'));
  try {
    await keep(await measureAll(directory, size));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
