import {
  assertFileIsGood,
  type CheckedFile,
  describeProblems,
} from '@device-lifecycle/operator/fleet/check-file.ts';
import type { CommandContext } from '../command.ts';
import { count } from './summary.ts';

/**
 * Sees to it that what is begun is begun with good lines alone: says which are left out, where that is wanted.
 * @throws CliError where it is not
 */
export function takeGoodLines(
  { values, terminal }: Pick<CommandContext, 'values' | 'terminal'>,
  file: CheckedFile,
): void {
  assertFileIsGood(file, { skipBadLines: values.flag('skip-bad-lines') });
  const { name, problemCount } = file;
  if (problemCount === 0) return;
  const lines = problemCount === 1 ? 'A bad line' : `${count(problemCount)} bad lines`;
  terminal.error(`${lines} of ${name} left out:\n${describeProblems(file)}`);
}
