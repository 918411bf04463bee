/** Several sentences as one, without its full stop, to be put into another. */
export const asClause = (text: string): string =>
  text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '')
    .replaceAll(/\.\s+(\p{Lu})(?=\p{Ll}*(?!\p{L}))/gu, (_, letter: string) => `; ${letter.toLowerCase()}`)
    // Names such as DynamoDB stay as they are.
    .replaceAll(/\.\s+(?=\p{Lu})/gu, '; ');
