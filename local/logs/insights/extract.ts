import { compileRegex, groupNames } from './regex.ts';
import type { Row } from './row.ts';
import type { ParseCommand } from './syntax.ts';
import { textOf } from './value.ts';

/** Compiles `parse`: sets what it extracts on a row; nothing where the pattern does not match. */
export function compileExtraction({ source, pattern, names }: ParseCommand): (row: Row) => void {
  const regex = pattern.type === 'regex' ? compileRegex(pattern) : globRegex(pattern.value);
  const targets = pattern.type === 'regex' ? groupNames(pattern) : names;
  return (row) => {
    const value = row.get(source.name);
    const match = value === undefined ? null : regex.exec(textOf(value));
    if (match === null) return;
    for (const [index, name] of targets.entries()) {
      const found = pattern.type === 'regex' ? match.groups?.[name] : match[index + 1];
      if (found !== undefined) row.set(name, found);
    }
  };
}

/** A star takes as little as it can, the last one of a glob all that is left. */
function globRegex(glob: string): RegExp {
  const parts = glob.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const end = glob.endsWith('*') ? '$' : '';
  return new RegExp(parts.join('([\\s\\S]*?)') + end, 'u');
}
