import type { OptionDefinitions } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { Values } from '../values.ts';
import type { HeldLetter } from './scan.ts';
import { targetOf } from './target.ts';

/** Which letters are wanted. */
export interface LetterFilter {
  /** With or without the stack in it. */
  readonly functionName?: string;
  /** Part of the error, in whatever case. */
  readonly error?: string;
  /** So many at the most, the oldest. */
  readonly max?: number;
}

/** Which letters something is done to. */
export interface Selection extends LetterFilter {
  /** Empty for all that the filter lets through. */
  readonly ids: readonly string[];
}

export const FILTER_OPTIONS: OptionDefinitions = {
  function: {
    type: 'string',
    value: 'NAME',
    description: 'only those of this function, with or without the stack in its name: register-device',
  },
  error: { type: 'string', value: 'TEXT', description: 'only those whose error has this in it' },
  max: { type: 'string', value: 'N', description: 'so many at the most, the oldest' },
};

export const SELECTION_OPTIONS: OptionDefinitions = {
  all: { type: 'boolean', description: 'all of them, or all that --function and --error leave' },
  ...FILTER_OPTIONS,
};

/** Throws `UsageError`. */
export function readFilter(values: Values): LetterFilter {
  const functionName = values.text('function');
  const error = values.text('error');
  const max = values.number('max', { isWhole: true });
  return {
    ...(functionName !== undefined && { functionName }),
    ...(error !== undefined && { error }),
    ...(max !== undefined && { max }),
  };
}

/** Either ids or `--all`: that everything is meant has to be said. Throws `UsageError`. */
export function readSelection(values: Values, ids: readonly string[]): Selection {
  const filter = readFilter(values);
  const isAll = values.flag('all');
  if (isAll && ids.length > 0) throw new UsageError('Give message ids or --all, not both.');
  if (!isAll && ids.length === 0) {
    throw new UsageError('Say which: give message ids, as "dead-letters list" shows them, or --all.');
  }
  if (!isAll && Object.keys(filter).length > 0) {
    throw new UsageError('--function, --error and --max go with --all.');
  }
  return { ...filter, ids };
}

/** Those of the letters that are meant, in their order. */
export function select(
  letters: readonly HeldLetter[],
  { ids, functionName, error, max }: Selection,
  stackName: string,
): readonly HeldLetter[] {
  const isMeant = ({ message, letter }: HeldLetter): boolean => {
    if (ids.length > 0 && !ids.includes(message.messageId)) return false;
    const target = targetOf(letter, stackName);
    if (functionName !== undefined && ![target, `${stackName}-${target}`].includes(functionName))
      return false;
    return error === undefined || letter.error.toLowerCase().includes(error.toLowerCase());
  };
  return letters.filter(isMeant).slice(0, max);
}
