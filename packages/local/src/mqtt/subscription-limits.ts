import type { Client, Subscription } from 'aedes';
import type { Refusal } from './access.ts';

/** Source: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
export const MAX_FILTERS_PER_SUBSCRIBE = 8;
export const MAX_SUBSCRIPTIONS_PER_CONNECTION = 50;

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

function clientError(message: string): Refusal {
  return { reason: 'CLIENT_ERROR', message };
}
