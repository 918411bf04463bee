/** A line of a text, without its end. */
export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/** What holds memory flat: beyond `maxChars` a line has `onTooLong` called with its number, which throws. */
export interface LineLimit {
  readonly maxChars: number;
  onTooLong(lineNumber: number): never;
}

/** The lines that each chunk ends; one that is longer than `maxChars` already as far as it goes. */
async function* splitLines(bytes: AsyncIterable<Uint8Array>, maxChars: number): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
    if (rest.length > maxChars) yield [rest];
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}

/** The lines of UTF-8 bytes, ended by LF or CRLF, without a byte order mark. The last one need not be ended. */
export async function* readLines(bytes: AsyncIterable<Uint8Array>, limit?: LineLimit): AsyncGenerator<Line> {
  const { maxChars = Number.POSITIVE_INFINITY } = limit ?? {};
  let number = 0;
  for await (const lines of splitLines(bytes, maxChars)) {
    for (const line of lines) {
      number += 1;
      if (line.length > maxChars) limit?.onTooLong(number);
      yield { text: line.endsWith('\r') ? line.slice(0, -1) : line, number };
    }
  }
}
