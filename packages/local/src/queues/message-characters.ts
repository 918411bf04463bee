import { fauxqsPart } from '../fauxqs-parts.ts';

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
  const isExpression = (part: unknown) => part instanceof RegExp;
  const expression = await fauxqsPart<RegExp>('sqs/sqsTypes.js', 'INVALID_MESSAGE_BODY_CHAR', isExpression);
  expression.test = (text) => REFUSED.test(text);
  isDone = true;
}
