/** Several sentences as one, without its full stop, to be put into another. */
export const asClause = (text: string): string =>
  text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '')
    .replaceAll(/\.\s+(?=\p{Lu})/gu, '; ');
