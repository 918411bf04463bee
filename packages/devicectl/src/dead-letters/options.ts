import type { LetterFilter, Selection } from '@device-lifecycle/operator/dead-letters/selection.ts';
import { UsageError } from '@device-lifecycle/operator/errors.ts';
import type { Values } from '@device-lifecycle/operator/values.ts';
import type { OptionDefinitions } from '../command.ts';

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
