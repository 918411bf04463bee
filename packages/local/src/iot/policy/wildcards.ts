/** `*`: any characters, none among them, `/` too. */
export const ANY_TEXT = Symbol('*');
/** `?`: any one character. */
export const ANY_CHARACTER = Symbol('?');

/** A piece of text, which stands for itself, or a wildcard. */
export type Token = string | typeof ANY_TEXT | typeof ANY_CHARACTER;

export type TextMatch = (text: string) => boolean;

/**
 * Whether a text matches, from its beginning to its end, case-sensitively. The MQTT wildcards `+` and `#` are
 * characters like others. Source: AWS IoT developer guide, "Using wildcard characters in MQTT and AWS IoT Core
 * policies".
 */
export function matchTokens(tokens: readonly Token[]): TextMatch {
  const last = tokens.at(-1);
  const fixed = last === ANY_TEXT ? tokens.slice(0, -1) : tokens;
  // What nearly all policies have, without and with a wildcard at the end.
  if (fixed.every((token) => typeof token === 'string')) {
    const text = fixed.join('');
    return last === ANY_TEXT ? (candidate) => candidate.startsWith(text) : (candidate) => candidate === text;
  }
  const pattern = tokens.flatMap((token): Token[] => (typeof token === 'string' ? [...token] : [token]));
  return (candidate) => matches(pattern, [...candidate]);
}

/** Goes back to the last `*` alone, so that the time is at most the product of both lengths. */
function matches(pattern: readonly Token[], text: readonly string[]): boolean {
  let at = 0;
  let position = 0;
  let lastStar = -1;
  let afterStar = 0;
  while (position < text.length) {
    const token = pattern[at];
    if (token === ANY_TEXT) {
      lastStar = at++;
      afterStar = position;
    } else if (token !== undefined && (token === ANY_CHARACTER || token === text[position])) {
      at += 1;
      position += 1;
    } else if (lastStar >= 0) {
      at = lastStar + 1;
      position = ++afterStar;
    } else return false;
  }
  return pattern.slice(at).every((token) => token === ANY_TEXT);
}
