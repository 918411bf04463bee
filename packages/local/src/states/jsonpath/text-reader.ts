/** Reads a text from its beginning to its end. */
export class TextReader {
  readonly #text: string;
  position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.position >= this.#text.length;
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.#text.charAt(this.position);
  }

  /** What comes next, as far as a message needs it. */
  get rest(): string {
    return this.#text.slice(this.position, this.position + 80);
  }

  textFrom(start: number): string {
    return this.#text.slice(start, this.position);
  }

  /** Goes on after `expected`, if it comes next. */
  skip(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.position)) return false;
    this.position += expected.length;
    return true;
  }

  /** Goes on after what a sticky expression matches here, if it does. */
  take(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.position;
    const match = sticky.exec(this.#text);
    if (match === null) return undefined;
    this.position += match[0].length;
    return match;
  }

  /** Takes from the `(` that comes next to the `)` that closes it, both included; quotes hide parentheses. */
  takeParenthesized(): string {
    const start = this.position;
    let depth = 0;
    do {
      if (this.isAtEnd) throw new SyntaxError("')' is missing");
      const part = this.take(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|./suy)?.[0];
      if (part === '(') depth += 1;
      if (part === ')') depth -= 1;
    } while (depth > 0);
    return this.textFrom(start);
  }
}
