import type { QueryRow } from '../../../contract/queries.ts';
import { csvOf, harmless } from '../../csv.ts';

/** All columns of the rows, in the order in which they come up. */
export const columnsOf = (rows: readonly QueryRow[]): readonly string[] => [
  ...new Set(rows.flatMap((row) => Object.keys(row))),
];

/** What a query has found, as CSV: names and messages come from devices. */
export function csvOfRows(rows: readonly QueryRow[]): string {
  const columns = columnsOf(rows);
  return csvOf([columns, ...rows.map((row) => columns.map((name) => harmless(row[name] ?? '')))]);
}
