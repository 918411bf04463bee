import type { CommandContext } from '../command.ts';
import { type CheckedFile, describeProblems } from './check-file.ts';
import { count } from './summary.ts';

/** Says which lines of a file are left out, where there are such. */
export function reportSkipped({ terminal }: Pick<CommandContext, 'terminal'>, file: CheckedFile): void {
  const { name, problemCount } = file;
  if (problemCount === 0) return;
  const lines = problemCount === 1 ? 'A bad line' : `${count(problemCount)} bad lines`;
  terminal.error(`${lines} of ${name} left out:\n${describeProblems(file)}`);
}
