/** A data directory that can't be used, or can't be written any longer. One sentence, and what to do. */
export class DataError extends Error {
  override readonly name = 'DataError';
}
