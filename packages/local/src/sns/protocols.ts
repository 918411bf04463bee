/** How SNS reaches the endpoints of a protocol. */
export interface Protocol {
  readonly endpoint: RegExp;
  /** Whether SNS asks the endpoint first if it wants to be reached. */
  readonly needsConfirmation: boolean;
  /** Whether messages arrive; nothing leaves this machine, so that most do not. */
  readonly isDelivered: boolean;
  readonly canBeRaw: boolean;
}

const EMAIL = /^[^\s@]+@[^\s@]+$/;
const away = { isDelivered: false, canBeRaw: false, needsConfirmation: false };

/** https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
export const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['application', { ...away, endpoint: /^arn:aws:sns:[^:]+:\d{12}:endpoint\/.+$/ }],
  ['email', { ...away, endpoint: EMAIL, needsConfirmation: true }],
  ['email-json', { ...away, endpoint: EMAIL, needsConfirmation: true }],
  ['firehose', { ...away, endpoint: /^arn:aws:firehose:[^:]+:\d{12}:deliverystream\/.+$/, canBeRaw: true }],
  ['http', { ...away, endpoint: /^http:\/\/.+$/, needsConfirmation: true, canBeRaw: true }],
  ['https', { ...away, endpoint: /^https:\/\/.+$/, needsConfirmation: true, canBeRaw: true }],
  ['lambda', { ...away, endpoint: /^arn:aws:lambda:[^:]+:\d{12}:function:.+$/, isDelivered: true }],
  ['sms', { ...away, endpoint: /^\+?[\d-]{5,20}$/ }],
  ['sqs', { ...away, endpoint: /^arn:aws:sqs:[^:]+:\d{12}:.+$/, isDelivered: true, canBeRaw: true }],
]);
