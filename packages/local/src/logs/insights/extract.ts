import { withinTime } from '../../bounded-regex.ts';
import { compileRegex, groupNames } from './regex.ts';
import type { Row } from './row.ts';
import type { ParseCommand } from './syntax.ts';
import { textOf } from './value.ts';

/** What is found in a text, by name; nothing where the pattern does not match. */
type Extract = (text: string) => readonly (readonly [name: string, found: string | undefined])[];

/**
 * Compiles `parse`: sets what it extracts on a row; nothing where the pattern does not match. What it gives throws
 * `RegexTimeoutError`.
 */
export function compileExtraction({ source, pattern, names }: ParseCommand): (row: Row) => void {
  const extract =
    pattern.type === 'regex'
      ? byRegex(compileRegex(pattern), groupNames(pattern))
      : byGlob(pattern.value, names);
  return (row) => {
    const value = row.get(source.name);
    if (value === undefined) return;
    for (const [name, found] of extract(textOf(value))) if (found !== undefined) row.set(name, found);
  };
}

function byRegex(regex: RegExp, names: readonly string[]): Extract {
  return (text) => {
    const match = withinTime(regex, text, () => regex.exec(text));
    return match === null ? [] : names.map((name) => [name, match.groups?.[name]]);
  };
}

/** A star takes as little as it can, the last one of a glob all that is left. */
function byGlob(glob: string, names: readonly string[]): Extract {
  const [first = '', ...others] = glob.split('*');
  return (text) => {
    const found: string[] = [];
    let position = text.indexOf(first);
    if (position === -1) return [];
    position += first.length;
    for (const [index, part] of others.entries()) {
      const isAllThatIsLeft = part === '' && index === others.length - 1;
      const end = isAllThatIsLeft ? text.length : text.indexOf(part, position);
      if (end === -1) return [];
      found.push(text.slice(position, end));
      position = end + part.length;
    }
    return names.map((name, index) => [name, found[index]]);
  };
}
