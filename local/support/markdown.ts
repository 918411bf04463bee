/** As it stands, whatever it has of Markdown's signs. */
export const text = (plain: string): string =>
  plain.replaceAll(/[\\`*_{}[\]<>|$~]/g, '\\$&').replaceAll('\n', ' ');

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Cells are Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
