/** An event pattern that is not valid, or uses what the laptop runtime does not match. One sentence. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}
