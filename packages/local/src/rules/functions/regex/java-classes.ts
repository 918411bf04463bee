/** What Java's classes hold, as it stands between JavaScript's brackets. Source: java.util.regex.Pattern. */
const HORIZONTAL = ' \\t\\xA0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000';
const VERTICAL = '\\n-\\r\\x85\\u2028\\u2029';

/** By the letter behind the backslash; JavaScript's `\s` has Unicode's spaces too, and its `\v` is one character. */
export const letterClasses: Readonly<Record<string, string>> = {
  s: '\\t-\\r ',
  h: HORIZONTAL,
  v: VERTICAL,
};

/** "POSIX character classes (US-ASCII only)", by the name in `\p{…}`. */
export const posixClasses: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7F',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1F\\x7F',
  XDigit: '0-9a-fA-F',
  Space: '\\t-\\r ',
};

/** JavaScript's name for a property of Unicode by Java's; Undefined for one that only Java has. */
export function unicodeProperty(name: string): string | undefined {
  const script = /^(?:script|sc)=(\w+)$/i.exec(name)?.[1];
  const category =
    /^(?:general_category|gc)=(\w+)$/i.exec(name)?.[1] ?? /^(?:Is)?([A-Z][a-z]?)$/.exec(name)?.[1];
  const bare = /^Is(\w+)$/.exec(name)?.[1];
  const candidates = [script && `Script=${script}`, category, bare, bare && `Script=${bare}`];
  return candidates.find((candidate) => candidate !== undefined && isProperty(candidate));
}

function isProperty(name: string): boolean {
  try {
    return new RegExp(`\\p{${name}}`, 'u').unicode;
  } catch {
    // A SyntaxError: JavaScript has no such property.
    return false;
  }
}
