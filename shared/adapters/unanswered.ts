/** How a call ends that the network, or AWS itself, left without an answer. */
const NO_ANSWER = new Set([
  'AbortError',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
]);

/** Whether it is not known if the call has had its effect, after all tries of the SDK. */
export function isUnanswered(error: unknown): boolean {
  const { name, code, $metadata } = Object(error);
  return NO_ANSWER.has(name) || NO_ANSWER.has(code) || $metadata?.httpStatusCode >= 500;
}
