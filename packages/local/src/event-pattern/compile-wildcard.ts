import { PatternError } from './pattern-error.ts';

/** The parts of a wildcard pattern: text, an escaped character, or `*`. */
const PARTS = /\\(.?)|\*+|[^\\*]+/gsu;

/**
 * Compiles `wildcard`: `*` stands for any text, also for none; `\*` and `\\` are the characters themselves. Throws
 * {@link PatternError}.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
 */
export function compileWildcard(argument: unknown, path: string): (text: string) => boolean {
  if (typeof argument !== 'string') throw new PatternError(`${path}: wildcard must be a text`);
  const pieces = [''];
  for (const [part, escaped] of argument.matchAll(PARTS)) {
    if (part.startsWith('*')) {
      if (part.length > 1) throw new PatternError(`${path}: wildcard must not have two * in a row`);
      pieces.push('');
      continue;
    }
    if (escaped !== undefined && escaped !== '*' && escaped !== '\\') {
      throw new PatternError(`${path}: wildcard may have a backslash before * and another backslash only`);
    }
    pieces.push(`${pieces.pop()}${escaped ?? part}`);
  }
  return (text) => matchesPieces(text, pieces);
}

/** Takes the first fit of each piece: a later one would leave less for those after it. */
function matchesPieces(text: string, pieces: readonly string[]): boolean {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, position);
    if (found < 0) return false;
    position = found + piece.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}
