/** A text that is no certificate signing request, or one that its key has not signed. */
export class InvalidCsrError extends Error {
  override readonly name = 'InvalidCsrError';
}
