/** What AWS reads of a line, and more than any of a million devices has; a file without line ends is not read into memory. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** A line of a text, without its end; without its text where it is longer than anybody takes. */
interface TextLine {
  /** From 1. */
  readonly line: number;
  readonly text?: string;
}

/**
 * The lines of UTF-8, ended by LF or CRLF alone, as Step Functions reads them. Node's own reader ends them at U+2028 and
 * U+2029 too, which JSON may have within its texts. Streams.
 */
export async function* textLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<TextLine> {
  const decoder = new TextDecoder('utf-8');
  let line = 1;
  let rest = '';
  let isTooLong = false;
  const ended = (text: string): TextLine => {
    const whole = rest + text;
    const isGood = !isTooLong && whole.length <= MAX_CHARACTERS;
    const number = line;
    [line, rest, isTooLong] = [line + 1, '', false];
    return isGood ? { line: number, text: whole.replace(/\r$/, '') } : { line: number };
  };
  for await (const chunk of stream) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) yield ended(part);
    rest += last;
    isTooLong ||= rest.length > MAX_CHARACTERS;
    if (isTooLong) rest = '';
  }
  rest += decoder.decode();
  if (rest !== '' || isTooLong) yield ended('');
}
