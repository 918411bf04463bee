/** The table engine is missing, does not start, or refuses the template's tables. One sentence, and what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
