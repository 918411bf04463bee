import { JavaOnlyError, literal, type Translated, translateAnchor, translateEscape } from './java-escapes.ts';

/** Any character but those that end a line. */
const DOT = '[^\\n\\r\\x85\\u2028\\u2029]';
const FLAGS = /^\(\?([ims]*)(?:-([ims]+))?\)/;
const GROUP = /^\((?:\?(?:[:=!]|<[=!]|<[A-Za-z][A-Za-z\d]*>|[ims]*(?:-[ims]+)?:))?/;
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/;

interface Group {
  /** What ends it: a group of flags within it ends with it. */
  readonly close: string;
  readonly dotAll: boolean;
}

/**
 * A regular expression of Java's as one of JavaScript's with the flag u. Throws {@link JavaOnlyError} for what
 * JavaScript has no equal to, and `SyntaxError` for what is wrong in both. Source: java.util.regex.Pattern.
 */
export class RegexTranslator {
  readonly #pattern: string;
  readonly #end: string;
  readonly #groups: Group[] = [];
  #position = 0;
  #source = '';
  #wholeFlags = '';
  #dotAll = false;
  #close = '';

  /** @param end what `$` becomes. */
  constructor(pattern: string, end: string) {
    this.#pattern = pattern;
    this.#end = end;
  }

  translate(): RegExp {
    this.#flagsOfAll();
    this.#flags();
    while (this.#position < this.#pattern.length) this.#take(this.#next());
    return new RegExp(`${this.#source}${this.#close}`, `u${this.#wholeFlags}`);
  }

  #next(): Translated {
    const rest = this.#pattern.slice(this.#position);
    const quantifier = QUANTIFIER.exec(rest)?.[0];
    if (quantifier !== undefined) return this.#quantifier(rest, quantifier);
    switch (rest[0]) {
      case '\\':
        return rest[1] === 'Q'
          ? quoted(rest)
          : (translateAnchor(rest, this.#end) ?? translateEscape(rest, false));
      case '[':
        return translateClass(rest);
      case '(':
        return this.#open(rest);
      case ')':
        return { length: 1, source: this.#closeGroup() };
      case '.':
        return { length: 1, source: this.#dotAll ? '[^]' : DOT };
      case '$':
        return { length: 1, source: this.#end };
      case ']':
      case '}':
        return { length: 1, source: `\\${rest[0]}` };
      default:
        return { length: 1, source: rest[0] ?? '' };
    }
  }

  #take({ length, source }: Translated): void {
    const isOpening = this.#pattern[this.#position] === '(';
    this.#position += length;
    this.#source += source;
    if (isOpening) this.#flags();
  }

  #quantifier(rest: string, quantifier: string): Translated {
    if (rest[quantifier.length] === '+') throw new JavaOnlyError(`${quantifier}+`);
    return { length: quantifier.length, source: quantifier };
  }

  #open(rest: string): Translated {
    const start = GROUP.exec(rest)?.[0] ?? '(';
    if (start === '(' && rest[1] === '?') throw new JavaOnlyError(rest.slice(0, 4));
    this.#groups.push({ close: this.#close, dotAll: this.#dotAll });
    this.#close = '';
    this.#setDotAll(/^\(\?([ims]*)(?:-([ims]+))?:/.exec(start));
    return { length: start.length, source: start };
  }

  #closeGroup(): string {
    const close = `${this.#close})`;
    const group = this.#groups.pop();
    this.#close = group?.close ?? '';
    this.#dotAll = group?.dotAll ?? false;
    return close;
  }

  /** Flags at the start of all are those of the whole expression. */
  #flagsOfAll(): void {
    const [whole = '', flags = ''] = /^\(\?([ims]+)\)/.exec(this.#pattern) ?? [];
    this.#position = whole.length;
    this.#wholeFlags = [...new Set(flags)].join('');
    this.#dotAll = flags.includes('s');
  }

  /** Flags for the rest of a group, at its start: JavaScript has them for groups alone. */
  #flags(): void {
    for (;;) {
      const flags = FLAGS.exec(this.#pattern.slice(this.#position));
      if (flags === null) return;
      const [whole, on = '', off] = flags;
      this.#position += whole.length;
      this.#source += off === undefined ? `(?${on}:` : `(?${on}-${off}:`;
      this.#close += ')';
      this.#setDotAll(flags);
    }
  }

  #setDotAll(flags: RegExpExecArray | null): void {
    if (flags?.[1]?.includes('s') === true) this.#dotAll = true;
    if (flags?.[2]?.includes('s') === true) this.#dotAll = false;
  }
}

/** `\Q…\E`: text as it is. */
function quoted(rest: string): Translated {
  const end = rest.indexOf('\\E', 2);
  const text = rest.slice(2, end === -1 ? undefined : end);
  const source = Array.from(text, (character) => literal(character.codePointAt(0) ?? 0)).join('');
  return { length: end === -1 ? rest.length : end + 2, source: source === '' ? '(?:)' : source };
}

/** `[…]`. Classes in classes, and what they have in common, are Java's alone. */
function translateClass(rest: string): Translated {
  const start = rest.startsWith('[^') ? '[^' : '[';
  let position = start.length;
  let source = start;
  while (position < rest.length && (rest[position] !== ']' || position === start.length)) {
    const { length, source: next } = translateMember(rest.slice(position));
    position += length;
    source += next;
  }
  return { length: position + 1, source: position < rest.length ? `${source}]` : source };
}

function translateMember(rest: string): Translated {
  if (rest.startsWith('[')) throw new JavaOnlyError('[ in [');
  if (rest.startsWith('&&')) throw new JavaOnlyError('&&');
  if (rest.startsWith('\\Q')) throw new JavaOnlyError('[\\Q');
  if (rest.startsWith('\\')) return translateEscape(rest, true);
  return { length: 1, source: rest.startsWith(']') ? '\\]' : (rest[0] ?? '') };
}
