// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Text that came from devices, safe on a terminal: what would move the cursor, colour, or reorder is shown by its
 * code. Line feeds and tabs stay.
 */
export function printable(text: string): string {
  return text.replaceAll(
    CONTROL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The same in one line. */
export function printableLine(text: string): string {
  return printable(text.replaceAll(/\s*[\n\t]\s*/g, ' '));
}
