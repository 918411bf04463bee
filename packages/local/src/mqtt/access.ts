import type { Client, ConnectPacket, PublishPacket, Subscription } from 'aedes';
import type { DisconnectReason } from './presence.ts';
import { basicIngest, shadowRequest } from './reserved-topics.ts';
import { isTopicFilter } from './topics.ts';

/**
 * AWS IoT's limits and reserved topics, which hold for everybody, whatever policies allow.
 *
 * Source: AWS General Reference, "AWS IoT Core message broker and protocol limits and quotas"; AWS IoT developer
 * guide, "Reserved topics" and "MQTT".
 */

export const MAX_PAYLOAD_BYTES = 128 * 1024;
const MAX_TOPIC_BYTES = 256;
const MAX_SLASHES = 7;
const MAX_CLIENT_ID_BYTES = 128;

/** Why something is refused. AWS IoT closes the connection for it; presence tells the reason. */
export interface Refusal {
  readonly reason: DisconnectReason;
  readonly message: string;
}

type Will = NonNullable<ConnectPacket['will']>;

/** A connection: its client id (1 to 128 bytes) and its last will. */
export function refuseConnect(packet: ConnectPacket): Refusal | undefined {
  const bytes = Buffer.byteLength(packet.clientId);
  if (bytes < 1 || bytes > MAX_CLIENT_ID_BYTES) {
    return clientError(`its client id has ${bytes} bytes; it must have 1 to ${MAX_CLIENT_ID_BYTES}`);
  }
  return packet.will === undefined ? undefined : refusePublish(packet.will);
}

/** A message that a client publishes. */
export function refusePublish(packet: PublishPacket | Will): Refusal | undefined {
  if (packet.qos === 2) return clientError('it published with QoS 2; AWS IoT has QoS 0 and 1');
  if (Buffer.byteLength(packet.payload ?? '') > MAX_PAYLOAD_BYTES) {
    return clientError(`its message on ${packet.topic} has more than 128 KB`);
  }
  return refuseTopic(packet.topic, packet.retain === true);
}

/** A topic to publish to, for clients and for the data plane alike. */
export function refuseTopic(topic: string, retain: boolean): Refusal | undefined {
  if (topic === '' || /[+#\0]/.test(topic)) return clientError(`'${topic}' is no topic; it has wildcards`);
  const ingest = basicIngest(topic);
  const tooLong = refuseLength(ingest?.topic ?? topic);
  if (tooLong !== undefined) return tooLong;
  if (!topic.startsWith('$')) return undefined;
  if (ingest === undefined && shadowRequest(topic) === undefined) {
    return forbidden(
      `${topic} is reserved; on the laptop Basic Ingest ($aws/rules/…) and shadows ($aws/things/…/shadow/…) take messages there, and nothing else does`,
    );
  }
  return retain ? forbidden(`${topic} is reserved and can't retain messages`) : undefined;
}

/** A subscription. */
export function refuseSubscribe({ topic, qos }: Subscription): Refusal | undefined {
  if (qos === 2) return clientError('it subscribed with QoS 2; AWS IoT has QoS 0 and 1');
  if (!isTopicFilter(topic)) return clientError(`'${topic}' is no topic filter`);
  if (topic.startsWith('$') && (!topic.startsWith('$aws/') || basicIngest(topic) !== undefined)) {
    return forbidden(`${topic} can't be subscribed to`);
  }
  return refuseLength(topic);
}

function refuseLength(topic: string): Refusal | undefined {
  if (Buffer.byteLength(topic) > MAX_TOPIC_BYTES) {
    return clientError(`its topic has more than ${MAX_TOPIC_BYTES} bytes`);
  }
  return countSlashes(topic) > MAX_SLASHES
    ? clientError(`${topic} has more than ${MAX_SLASHES} slashes`)
    : undefined;
}

/** Each message comes by here: `split` would take as long as the rest of what is checked. */
function countSlashes(topic: string): number {
  let count = 0;
  for (let at = topic.indexOf('/'); at !== -1; at = topic.indexOf('/', at + 1)) count += 1;
  return count;
}

function clientError(message: string): Refusal {
  return { reason: 'CLIENT_ERROR', message };
}

function forbidden(message: string): Refusal {
  return { reason: 'FORBIDDEN_ACCESS', message };
}

/** Source: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
const MAX_FILTERS_PER_SUBSCRIBE = 8;
const MAX_SUBSCRIPTIONS_PER_CONNECTION = 50;

/** Packets that only QoS 2 has. Source: https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-differences */
const QOS_2_PACKETS = ['pubrec', 'pubrel', 'pubcomp'];

/** A packet of a client, as far as it matters here. */
export interface ClientPacket {
  readonly cmd: string;
  readonly subscriptions?: readonly Subscription[];
}

/** aedes keeps a client's subscriptions on the client, those of a session too, though its types do not say so. */
interface Subscriptions {
  readonly subscriptions: Readonly<Record<string, { readonly qos: number }>>;
}

/** A connected client's subscriptions, by their filters. */
export function subscriptionsOf(client: Client): Subscriptions['subscriptions'] {
  return (client as Client & Subscriptions).subscriptions;
}

/** Why a packet is refused as a whole. */
export function refusePacket(client: Client, { cmd, subscriptions }: ClientPacket): Refusal | undefined {
  if (QOS_2_PACKETS.includes(cmd)) return clientError(`it sent a ${cmd.toUpperCase()}; AWS IoT has no QoS 2`);
  if (cmd !== 'subscribe' || subscriptions === undefined) return undefined;
  if (subscriptions.length > MAX_FILTERS_PER_SUBSCRIBE) {
    return clientError(
      `it asked for ${subscriptions.length} subscriptions at once; one SUBSCRIBE may have ${MAX_FILTERS_PER_SUBSCRIBE}`,
    );
  }
  const filters = new Set([
    ...Object.keys(subscriptionsOf(client)),
    ...subscriptions.map(({ topic }) => topic),
  ]);
  return filters.size > MAX_SUBSCRIPTIONS_PER_CONNECTION
    ? clientError(
        `it would have ${filters.size} subscriptions; a connection may have ${MAX_SUBSCRIPTIONS_PER_CONNECTION}`,
      )
    : undefined;
}
