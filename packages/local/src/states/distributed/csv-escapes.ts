/** What stands for an escaped backslash, quote and delimiter while a CSV is parsed: no text may have these (Unicode 23.7). */
const ESCAPED = { backslash: '\u{FDD0}', quote: '\u{FDD1}', delimiter: '\u{FDD2}' } as const;
const ANY_ESCAPED = /[\u{FDD0}-\u{FDD2}]/gu;

export interface CsvEscapes {
  /** The text with each backslash escape in the form of one character. */
  encode(text: AsyncIterable<Uint8Array>): AsyncIterable<string>;
  /** A field as it was meant. */
  decode(field: string): string;
}

/**
 * The backslashes of AWS's CSV: one escapes another, a quote and the delimiter, and is dropped before anything
 * else. The parser knows one kind of escape, the doubled quote.
 * https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html
 */
export function csvEscapes(delimiter: string): CsvEscapes {
  let isUsed = false;
  const forms: Record<string, string> = {
    '\\': ESCAPED.backslash,
    '"': ESCAPED.quote,
    [delimiter]: ESCAPED.delimiter,
  };
  const originals: Record<string, string> = {
    [ESCAPED.backslash]: '\\',
    [ESCAPED.quote]: '"',
    [ESCAPED.delimiter]: delimiter,
  };

  async function* encode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8');
    let rest = '';
    for await (const chunk of bytes) {
      const text = rest + decoder.decode(chunk, { stream: true });
      // The last character of a chunk may be a backslash, whose other half is to come.
      const end = text.length - ((/\\+$/.exec(text)?.[0].length ?? 0) % 2);
      rest = text.slice(end);
      yield encodeText(text.slice(0, end));
    }
    yield encodeText(rest + decoder.decode());
  }

  function encodeText(text: string): string {
    if (!text.includes('\\')) return text;
    isUsed = true;
    return text.replace(/\\([\s\S]?)/g, (_, escaped: string) => forms[escaped] ?? escaped);
  }

  return {
    encode,
    decode: (field) => (isUsed ? field.replace(ANY_ESCAPED, (form) => originals[form] ?? form) : field),
  };
}
