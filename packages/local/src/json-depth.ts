/**
 * How deep JSON may be nested. AWS documents no limit for most of what it takes as JSON; without one, what walks over a
 * value (JSON.stringify does) ends with an overflow of the stack, at a depth that nobody can tell beforehand.
 */
export const MAX_JSON_DEPTH = 1_000;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** What each bracket and brace does to the depth. */
const STEPS: ReadonlyMap<number, number> = new Map([
  [0x5b, 1],
  [0x7b, 1],
  [0x5d, -1],
  [0x7d, -1],
]);

/** Whether JSON, as text or as UTF-8, is nested deeper than {@link MAX_JSON_DEPTH}. What is no JSON may be either. */
export function isTooDeepJson(json: string | Uint8Array): boolean {
  // What opens has to close: anything shorter can't be so deep.
  if (json.length <= 2 * MAX_JSON_DEPTH) return false;
  const bytes = typeof json === 'string' ? Buffer.from(json) : json;
  let depth = 0;
  for (let at = 0; at < bytes.length && depth <= MAX_JSON_DEPTH; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfText(bytes, at);
    else depth += STEPS.get(byte) ?? 0;
  }
  return depth > MAX_JSON_DEPTH;
}

/** Where the text that begins there ends: its second quote, or the end of what there is. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
