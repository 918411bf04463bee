/** A table as RFC 4180 has it. */
export const csvOf = (lines: Iterable<readonly string[]>): string =>
  [...lines].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * A text of a device's: one that a spreadsheet would take for a formula gets an apostrophe in front.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
export function harmless(text: string): string {
  const isNumber = Number.isFinite(Number(text));
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !isNumber ? `'${text}` : text;
}
