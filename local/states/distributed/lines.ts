/** A line of a text, without its end. */
export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/** Texts of any size, one after the other, in pieces that end where a line ends. */
async function* splitLines(bytes: AsyncIterable<Uint8Array>, maxLineChars: number): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
    // It is too long already: whoever takes the lines says so.
    if (rest.length > maxLineChars) yield [rest];
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}

/**
 * The lines of UTF-8 bytes, ended by LF or CRLF, without a byte order mark. The last one need not be ended.
 * @param maxLineChars holds memory flat: a longer line has `onTooLong` called with its number, which throws
 */
export async function* readLines(
  bytes: AsyncIterable<Uint8Array>,
  maxLineChars: number,
  onTooLong: (lineNumber: number) => never,
): AsyncGenerator<Line> {
  let number = 0;
  for await (const lines of splitLines(bytes, maxLineChars)) {
    for (const line of lines) {
      number += 1;
      if (line.length > maxLineChars) onTooLong(number);
      yield { text: line.endsWith('\r') ? line.slice(0, -1) : line, number };
    }
  }
}
