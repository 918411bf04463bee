/** The service could not be packaged. The message is one sentence, then what the tool itself wrote. */
export class PackagingError extends Error {
  override readonly name = 'PackagingError';
}
