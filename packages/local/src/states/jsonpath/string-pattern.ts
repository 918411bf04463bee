import type { Json } from '../json.ts';

/** Whether a text is a pattern: a backslash stands before `*` and itself alone. */
export function isPattern(text: string): boolean {
  return /^(?:[^\\]|\\[*\\])*$/s.test(text);
}

/** `StringMatches`: `*` stands for any characters, `\*` for itself. */
export function matchesPattern(value: Json, pattern: Json): boolean {
  if (typeof value !== 'string' || typeof pattern !== 'string') return false;
  const parts = [''];
  for (const [token] of pattern.matchAll(/\\.|./gsu)) {
    if (token === '*') parts.push('');
    else parts[parts.length - 1] += token.length > 1 && token.startsWith('\\') ? token.slice(1) : token;
  }
  return matchesParts(value, parts);
}

/** Each part is looked for after the one before, which takes no longer than the value is long for each. */
function matchesParts(value: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  let position = first.length;
  for (const part of others) {
    const found = value.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return position <= value.length - last.length;
}
