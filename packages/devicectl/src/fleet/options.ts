import { UsageError } from '@device-lifecycle/operator/errors.ts';
import type { MapRunChange } from '@device-lifecycle/operator/fleet/ports.ts';
import type { Values } from '@device-lifecycle/operator/values.ts';
import type { OptionDefinitions } from '../command.ts';
import { CONFIRM_OPTIONS } from '../confirm.ts';

/** How fast a run goes, and what it puts up with; both can be changed while it runs. */
export const PACE_OPTIONS: OptionDefinitions = {
  'max-concurrency': {
    type: 'string',
    value: 'N',
    description: 'batches of 100 devices at the same time (10)',
  },
  'tolerated-failure-percentage': {
    type: 'string',
    value: 'N',
    description: 'the run stops when more of its devices were in batches that failed (10)',
  },
};

export const REPORT_OPTION: OptionDefinitions = {
  report: {
    type: 'string',
    value: 'FILE',
    description: 'where the report goes; only the report of the same run is replaced',
  },
};

/** Of every command that starts a run by a file. */
export const RUN_OPTIONS: OptionDefinitions = {
  'skip-bad-lines': { type: 'boolean', description: 'leave out bad lines, and take the good ones' },
  ...PACE_OPTIONS,
  ...REPORT_OPTION,
  ...CONFIRM_OPTIONS,
};

/** Of the state machine: see docs/messages.md. */
const MAX_CONCURRENCY = 1_000;

/** @throws UsageError */
export function readPace(values: Values): MapRunChange {
  const maxConcurrency = values.number('max-concurrency', { isWhole: true });
  if (maxConcurrency !== undefined && maxConcurrency > MAX_CONCURRENCY) {
    throw new UsageError(`--max-concurrency ${maxConcurrency} is too high: give 1 to ${MAX_CONCURRENCY}.`);
  }
  const toleratedFailurePercentage = readPercentage(values, 'tolerated-failure-percentage');
  return {
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(toleratedFailurePercentage !== undefined && { toleratedFailurePercentage }),
  };
}

function readPercentage(values: Values, name: string): number | undefined {
  const text = values.text(name);
  if (text === undefined) return undefined;
  const percentage = Number(text);
  if (percentage >= 0 && percentage <= 100) return percentage;
  throw new UsageError(`--${name} ${text} is not a percentage: give 0 to 100.`);
}

/** @throws UsageError unless exactly one was given */
export function onlyPositional(positionals: readonly string[], what: string): string {
  const [only, ...others] = positionals;
  if (only === undefined || others.length > 0) throw new UsageError(`Give one ${what}.`);
  return only;
}

const STACK_VALUES = ['stack-file', 'stage', 'region', 'profile'] as const;

/** A command line for the same stack, to be copied. */
export function commandLine(values: Values, ...words: readonly string[]): string {
  const stack = STACK_VALUES.flatMap((name) => {
    const value = values.text(name);
    return value === undefined ? [] : [`--${name}`, value];
  });
  const local = values.flag('local') ? ['--local'] : [];
  return ['npx', 'devicectl', ...[...words, ...local, ...stack].map(quoted)].join(' ');
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
