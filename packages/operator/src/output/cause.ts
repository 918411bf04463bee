/** What a cause says: Lambda's errors come as JSON text, with a stack trace that is for the log. */
export function describeCause(cause: string): string {
  try {
    const { errorMessage } = Object(JSON.parse(cause));
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}
