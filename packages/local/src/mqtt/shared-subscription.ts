/** A subscription that the members of a group share: each message goes to one of them. */
export interface SharedSubscription {
  readonly shareName: string;
  readonly topicFilter: string;
}

const PREFIX = '$share/';
const sharedFilter = /^\$share\/([^/+#]+)\/(.+)$/s;

/**
 * Takes `$share/{ShareName}/{TopicFilter}` apart; undefined for every other filter, and for one that is malformed.
 * Source: https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-shared-subscription
 */
export function sharedSubscription(filter: string): SharedSubscription | undefined {
  // Most are none, and an expression takes longer than that.
  if (!isShared(filter)) return undefined;
  const match = sharedFilter.exec(filter);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { shareName: match[1], topicFilter: match[2] };
}

export function isShared(filter: string): boolean {
  return filter.startsWith(PREFIX);
}
