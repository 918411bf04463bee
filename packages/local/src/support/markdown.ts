const CODE = /(`[^`]+`)/;

/** As it stands, whatever it has of Markdown's signs, but for code between backquotes. */
export const text = (plain: string): string =>
  plain
    .replaceAll('\n', ' ')
    .split(CODE)
    .map((part) => (CODE.test(part) ? part.replaceAll('|', '\\|') : escaped(part)))
    .join('');

const escaped = (plain: string): string => plain.replaceAll(/[\\`*_{}[\]<>|$~]/g, '\\$&');

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Cells are Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
