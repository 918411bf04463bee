import type { AedesPublishPacket, Client } from 'aedes';
import { compileTopicFilter, type TopicMatch } from './topic-filter.ts';

const matches = new Map<string, TopicMatch>();
const MAX_MATCHES = 10_000;

/**
 * Where AWS IoT delivers less than MQTT 3.1.1 does: `sensor/#` does not match `sensor`; a retained message goes only
 * to a subscription to its very topic, not to one with wildcards; Basic Ingest goes to no subscriber; and aedes'
 * own `$SYS` topics do not exist.
 *
 * Source: AWS IoT developer guide, "AWS IoT differences from MQTT", "MQTT retained messages".
 */
export function isDelivered(client: Client, packet: AedesPublishPacket): boolean {
  const { topic } = packet;
  if (topic.startsWith('$SYS/') || topic.startsWith('$aws/rules/')) return false;
  const filters = subscriptionsOf(client);
  // aedes takes the broker's id off what it sends because of a new subscription, and off nothing else.
  if (packet.retain === true && (packet.brokerId as string | null) === null) return filters.includes(topic);
  return filters.some((filter) => matchOf(filter)(topic));
}

/** aedes keeps a client's filters on the client, restored ones too, though its types do not say so. */
function subscriptionsOf(client: Client): readonly string[] {
  const { subscriptions } = client as Client & { readonly subscriptions: Readonly<Record<string, unknown>> };
  return Object.keys(subscriptions);
}

function matchOf(filter: string): TopicMatch {
  const known = matches.get(filter);
  if (known !== undefined) return known;
  if (matches.size >= MAX_MATCHES) matches.clear();
  const match = compileTopicFilter(filter);
  matches.set(filter, match);
  return match;
}
