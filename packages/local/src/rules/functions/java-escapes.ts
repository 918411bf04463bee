/** What Java's classes hold, as it stands between JavaScript's brackets. Source: java.util.regex.Pattern. */
const HORIZONTAL = ' \\t\\xA0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000';
const VERTICAL = '\\n-\\r\\x85\\u2028\\u2029';

/** By the letter behind the backslash; JavaScript's `\s` has Unicode's spaces too, and its `\v` is one character. */
const letterClasses: Readonly<Record<string, string>> = {
  s: '\\t-\\r ',
  h: HORIZONTAL,
  v: VERTICAL,
};

/** "POSIX character classes (US-ASCII only)", by the name in `\p{…}`. */
const posixClasses: Readonly<Record<string, string>> = {
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
function unicodeProperty(name: string): string | undefined {
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

/** An escape of Java's that JavaScript has no equal to. */
export class JavaOnlyError extends Error {
  readonly construct: string;

  constructor(construct: string) {
    super(`only Java has ${construct}`);
    this.construct = construct;
  }
}

/** What was read: how long it is in Java's pattern, and JavaScript's for it. */
export interface Translated {
  readonly length: number;
  readonly source: string;
}

const SINGLE: Readonly<Record<string, string>> = { a: '\\x07', e: '\\x1B' };
const LINE_BREAK = '(?:\\r\\n|[\\n-\\r\\x85\\u2028\\u2029])';
/** What means the same in both. */
const SAME = /^\\(?:[dDwWtnrf]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|c[A-Za-z])/;
const OCTAL = /^\\0([0-3][0-7]{2}|[0-7]{1,2})/;
const CODE = /^\\x\{([\da-fA-F]{1,6})\}/;
const PROPERTY = /^\\([pP])(?:\{([\w=]+)\}|([A-Z]))/;

type Translate = (rest: string, isInClass: boolean) => Translated | undefined;

const same: Translate = (rest) => {
  const found = SAME.exec(rest)?.[0];
  return found === undefined ? undefined : { length: found.length, source: found };
};

const byNumber =
  (form: RegExp, radix: number): Translate =>
  (rest) => {
    const [whole, digits = ''] = form.exec(rest) ?? [];
    return whole === undefined
      ? undefined
      : { length: whole.length, source: codePoint(Number.parseInt(digits, radix)) };
  };

const letterClass: Translate = (rest, isInClass) => {
  const letter = rest[1] ?? '';
  const content = letterClasses[letter.toLowerCase()];
  if (content === undefined) return undefined;
  const isNegated = letter !== letter.toLowerCase();
  if (!isInClass) return { length: 2, source: isNegated ? `[^${content}]` : `[${content}]` };
  if (!isNegated) return { length: 2, source: content };
  // Of these, [\s\S] alone is common, and that is everything in both.
  if (letter !== 'S') throw new JavaOnlyError(`[\\${letter}]`);
  return { length: 2, source: '\\S' };
};

const property: Translate = (rest, isInClass) => {
  const [whole, sign, braced, single] = PROPERTY.exec(rest) ?? [];
  if (whole === undefined) return undefined;
  const name = braced ?? single ?? '';
  const posix = posixClasses[name];
  const source = posix === undefined ? unicodeSource(sign, name) : posixSource(sign, posix, isInClass);
  if (source === undefined) throw new JavaOnlyError(whole);
  return { length: whole.length, source };
};

const single: Translate = (rest) => {
  const source = SINGLE[rest[1] ?? ''];
  return source === undefined ? undefined : { length: 2, source };
};

/** Java allows a backslash before any sign (`\-`, `\_`); with the flag u JavaScript wants such a sign as a code. */
const sign: Translate = (rest) => {
  const code = rest.codePointAt(1);
  if (code === undefined || /[A-Za-z0-9]/.test(String.fromCodePoint(code))) return undefined;
  return { length: 1 + String.fromCodePoint(code).length, source: literal(code) };
};

const translations = [same, byNumber(OCTAL, 8), byNumber(CODE, 16), property, letterClass, single, sign];

/** Translates an escape that may stand both inside a class and outside. The rest begins with the backslash. */
export function translateEscape(rest: string, isInClass: boolean): Translated {
  for (const translate of translations) {
    const translated = translate(rest, isInClass);
    if (translated !== undefined) return translated;
  }
  throw new JavaOnlyError(rest.slice(0, 2));
}

/** Escapes that stand outside of classes alone; Undefined for others. */
export function translateAnchor(rest: string, end: string): Translated | undefined {
  const reference = /^\\(?:[1-9]|k<[A-Za-z][A-Za-z\d]*>)/.exec(rest)?.[0];
  if (reference !== undefined) return { length: reference.length, source: reference };
  const anchors: Readonly<Record<string, string>> = {
    b: '\\b',
    B: '\\B',
    A: '(?<![^])',
    z: '(?![^])',
    Z: end,
    R: LINE_BREAK,
  };
  const source = rest.startsWith('\\b{') ? undefined : anchors[rest[1] ?? ''];
  return source === undefined ? undefined : { length: 2, source };
}

/** A character that stands for itself. */
export function literal(code: number): string {
  const character = String.fromCodePoint(code);
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : codePoint(code);
}

function codePoint(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

function posixSource(sign: string | undefined, content: string, isInClass: boolean): string | undefined {
  if (isInClass) return sign === 'P' ? undefined : content;
  return sign === 'P' ? `[^${content}]` : `[${content}]`;
}

function unicodeSource(sign: string | undefined, name: string): string | undefined {
  const property = unicodeProperty(name);
  return property === undefined ? undefined : `\\${sign}{${property}}`;
}
