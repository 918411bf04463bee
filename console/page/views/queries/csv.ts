import type { QueryRow } from '../../../contract/queries.ts';

/** All columns of the rows, in the order in which they come up. */
export const columnsOf = (rows: readonly QueryRow[]): readonly string[] => [
  ...new Set(rows.flatMap((row) => Object.keys(row))),
];

/**
 * As RFC 4180 has it. What a spreadsheet would take for a formula gets an apostrophe in front: names and messages come
 * from devices.
 */
export function csvOf(rows: readonly QueryRow[]): string {
  const columns = columnsOf(rows);
  const lines = [columns, ...rows.map((row) => columns.map((name) => harmless(row[name] ?? '')))];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

function harmless(text: string): string {
  const isNumber = text !== '' && Number.isFinite(Number(text));
  return /^[=+\-@\t\r]/.test(text) && !isNumber ? `'${text}` : text;
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
