import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

/** Tests of `npm test` that take numbers from the environment, with those of an hour. */
interface SoakTest {
  /** By which `npm run test:soak -- NAME` asks for it alone. */
  readonly name: string;
  readonly what: string;
  /** Paths, or beginnings of them. */
  readonly files: readonly string[];
  /** What is set already stays as it is. */
  readonly environment: Readonly<Record<string, string>>;
}

/** In the order in which they run. */
export const soakTests: readonly SoakTest[] = [
  {
    name: 'model',
    what: "a million commands against the model of a device's life",
    files: ['tests/properties/lifecycle-model'],
    environment: { MODEL_COMMANDS: '1000000' },
  },
  {
    name: 'histories',
    what: 'five thousand rounds whose answers have to be those of one thing after the other',
    files: ['tests/properties/history/history', 'tests/properties/lifecycle-concurrency'],
    environment: { HISTORY_ROUNDS: '5000', CONCURRENCY_ROUNDS: '200' },
  },
  {
    name: 'fleets',
    what: 'ten thousand devices that expire in the same second, or are turned off at a quota',
    files: ['tests/properties/purge-fleet', 'tests/properties/credentials-fleet'],
    environment: { FLEET_DEVICES: '10000' },
  },
  {
    name: 'crash-matrix',
    what: 'both sides of every effect, and all pairs of ends',
    files: ['tests/properties/crash-matrix'],
    environment: { CRASH_SAMPLE: 'all' },
  },
  {
    name: 'fuzz',
    what: 'ten times as much malice and nonsense at every entry',
    files: [
      'tests/fuzz',
      'packages/local/tests/fuzz',
      'packages/operator/tests/fuzz',
      'packages/devicectl/tests/fuzz',
    ],
    environment: { FUZZ_SCALE: '10' },
  },
  {
    name: 'campaign',
    what: 'sixty bad days of a whole stack: faults, a kill and a restart, and then all has to be well',
    files: ['tests/integration/campaign'],
    environment: { FAULT_ROUNDS: '60' },
  },
];

export interface LoadOptions {
  readonly minutes: number;
  /** Requests a second; 80 % of the measured maximum when absent. */
  readonly perSecond?: number;
  readonly devices: number;
  readonly seed: number;
  readonly hasFaults: boolean;
  /** Whether the stack keeps everything on disk. */
  readonly isKept: boolean;
}

export interface SoakOptions {
  /** Of tests, and `load`, in their order. */
  readonly parts: readonly string[];
  /** What every random choice of every part follows from. */
  readonly seed: number;
  readonly load: LoadOptions;
}

export const LOAD = 'load';
const PARTS: readonly string[] = [...soakTests.map(({ name }) => name), LOAD];

export const USAGE = `Everything that takes too long for npm test: properties at large, then an hour of mixed traffic.

  npm run test:soak -- [PART…] [options]

Parts, all of them by default:
${[...soakTests, { name: LOAD, what: 'mixed traffic at 80 % of the measured maximum, with faults' }]
  .map(({ name, what }) => `  ${name.padEnd(16)} ${what}`)
  .join('\n')}

Of all:
  --seed N         what random choices follow from (default: TEST_SEED, else drawn; printed at start)

Of ${LOAD}:
  --minutes N      how long (default 60)
  --rate N         requests a second, and the maximum is not measured
  --devices N      how many there are at a time (default 200)
  --faults off     a stack without faults
  --data off       a stack in memory

Exits with 1 when a verdict or a test fails. Ctrl-C ends it early: what was measured by then is judged and kept.`;

/** Options that can't be used. The message says what to do. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

function parseCommandLine(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        minutes: { ...text, default: '60' },
        rate: text,
        devices: { ...text, default: '200' },
        seed: text,
        faults: { ...text, default: 'on' },
        data: { ...text, default: 'on' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error));
  }
}

function parseNumber(option: string, text: string, isGood: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !isGood(value)) throw new OptionsError(`--${option} ${text} can't be used.`);
  return value;
}

function parseSwitch(option: string, text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new OptionsError(`--${option} is on or off, not ${text}.`);
  return text === 'on';
}

const isPositive = (value: number) => value > 0 && Number.isFinite(value);
const MAX_SEED = 2 ** 31;

/**
 * Reads the command line; `undefined` asks for help.
 * @throws OptionsError
 */
export function parseOptions(args: readonly string[]): SoakOptions | undefined {
  const { values, positionals } = parseCommandLine(args);
  if (values.help) return undefined;
  const unknown = positionals.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) {
    throw new OptionsError(`There is no part ${unknown}. There are: ${PARTS.join(', ')}.`);
  }
  const seed = parseNumber(
    'seed',
    values.seed ?? process.env['TEST_SEED'] ?? String(randomInt(MAX_SEED)),
    (value) => Number.isInteger(value) && value >= 0 && value < MAX_SEED,
  );
  return {
    seed,
    parts: positionals.length === 0 ? PARTS : PARTS.filter((part) => positionals.includes(part)),
    load: {
      minutes: parseNumber('minutes', values.minutes, isPositive),
      ...(values.rate !== undefined && { perSecond: parseNumber('rate', values.rate, isPositive) }),
      devices: parseNumber('devices', values.devices, (value) => Number.isInteger(value) && value >= 10),
      seed,
      hasFaults: parseSwitch('faults', values.faults),
      isKept: parseSwitch('data', values.data),
    },
  };
}

const PROJECT_DIR = new URL('../..', import.meta.url).pathname;
const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];

/** Runs tests at their large numbers, and says what they say. @returns whether they have passed */
export async function runTests(
  { files, environment }: SoakTest,
  { seed, signal }: { readonly seed: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const jest = spawn(process.execPath, [...JEST, ...files], {
    cwd: PROJECT_DIR,
    env: { ...environment, ...process.env, TEST_SEED: String(seed) },
    stdio: 'inherit',
  });
  // An interrupt in the terminal reaches it by itself, one that was sent to this process alone does not.
  const end = () => jest.kill('SIGTERM');
  process.once('exit', end);
  signal.addEventListener('abort', end);
  const [exitCode] = (await once(jest, 'close')) as [number | null];
  process.off('exit', end);
  signal.removeEventListener('abort', end);
  return exitCode === 0;
}
