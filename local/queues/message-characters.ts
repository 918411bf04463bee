/** What SQS does not take in a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that SQS does take.
const REFUSED = /[^\u{9}\u{A}\u{D}\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

let isDone = false;

/**
 * Makes fauxqs take every character that SQS takes. It tests UTF-16 units, and so refuses each character beyond
 * the basic plane: a device with an emoji in its name could not reach the dead-letter queue. Throws when fauxqs
 * no longer has the expression where it had it.
 */
export async function takeEveryCharacter(): Promise<void> {
  if (isDone) return;
  const url = new URL('sqs/sqsTypes.js', import.meta.resolve('fauxqs'));
  const { INVALID_MESSAGE_BODY_CHAR: expression } = (await import(url.href)) as Record<string, unknown>;
  if (!(expression instanceof RegExp)) {
    throw new Error(
      'This version of fauxqs is not known to the laptop runtime: install the one of package-lock.json.',
    );
  }
  expression.test = (text) => REFUSED.test(text);
  isDone = true;
}
