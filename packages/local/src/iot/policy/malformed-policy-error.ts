/** A text that is no policy document of AWS IoT, or one that the laptop can't evaluate. The message says why. */
export class MalformedPolicyError extends Error {
  override readonly name = 'MalformedPolicyError';
}
