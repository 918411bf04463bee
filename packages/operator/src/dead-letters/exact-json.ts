/** `JSON.parse` with source text access, which TypeScript's library does not describe yet (ECMAScript 2026). */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}
const exactJson = JSON as unknown as ExactJson;

/**
 * Parses JSON whose numbers keep their digits when it is written again: what was sent once is sent again as it was.
 * Throws `SyntaxError`.
 */
export function parseExactly(text: string): unknown {
  return exactJson.parse(text, (_, value, { source }) =>
    typeof value === 'number' && String(value) !== source ? exactJson.rawJSON(source) : value,
  );
}
