import { parseArgs } from 'node:util';
import { soakTests } from './tests.ts';

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
  readonly load: LoadOptions;
}

export const LOAD = 'load';
export const PARTS: readonly string[] = [...soakTests.map(({ name }) => name), LOAD];

export const USAGE = `Everything that takes too long for npm test: properties at large, then an hour of mixed traffic.

  npm run test:soak -- [PART…] [options]

Parts, all of them by default:
${[...soakTests, { name: LOAD, what: 'mixed traffic at 80 % of the measured maximum, with faults' }]
  .map(({ name, what }) => `  ${name.padEnd(16)} ${what}`)
  .join('\n')}

Of ${LOAD}:
  --minutes N      how long (default 60)
  --rate N         requests a second, and the maximum is not measured
  --devices N      how many there are at a time (default 200)
  --seed N         of the choice of requests, and of the faults (default: drawn, and printed)
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
  const seed = values.seed ?? String(Math.floor(Math.random() * MAX_SEED));
  return {
    parts: positionals.length === 0 ? PARTS : PARTS.filter((part) => positionals.includes(part)),
    load: {
      minutes: parseNumber('minutes', values.minutes, isPositive),
      ...(values.rate !== undefined && { perSecond: parseNumber('rate', values.rate, isPositive) }),
      devices: parseNumber('devices', values.devices, (value) => Number.isInteger(value) && value >= 10),
      seed: parseNumber('seed', seed, (value) => Number.isInteger(value) && value >= 0 && value < MAX_SEED),
      hasFaults: parseSwitch('faults', values.faults),
      isKept: parseSwitch('data', values.data),
    },
  };
}
