import { printableLine } from '@device-lifecycle/operator/output/printable.ts';

/** A row's cells by the names of the columns. */
export type Row = Readonly<Record<string, string | number | undefined>>;

const GAP = '  ';

/**
 * A table with the columns in this order, as wide as what is in it; the last one is cut where the terminal ends.
 * Cells are made safe for terminals.
 */
export function table(
  columnNames: readonly string[],
  rows: readonly Row[],
  terminalColumns?: number,
): string {
  const cells = rows.map((row) => columnNames.map((name) => printableLine(String(row[name] ?? '–'))));
  const lines = [columnNames.map((name) => name.toUpperCase()), ...cells];
  const widths = columnNames.map((_, index) =>
    Math.max(...lines.map((line) => [...(line[index] ?? '')].length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, index) => pad(cell, widths[index] ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .map((line) => cut(line, terminalColumns))
    .join('\n');
}

const pad = (cell: string, width: number): string => cell + ' '.repeat(width - [...cell].length);

function cut(line: string, width: number | undefined): string {
  const characters = [...line];
  return width === undefined || characters.length <= width
    ? line
    : `${characters.slice(0, width - 1).join('')}…`;
}
