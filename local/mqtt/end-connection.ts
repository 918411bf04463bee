import type { Aedes, AedesPublishPacket, Client } from 'aedes';

/** How DeleteConnection ends a connection. */
export interface EndOptions {
  /** Whether the session goes too: subscriptions, and messages that wait. */
  readonly cleanSession: boolean;
  /** Whether the last will stays unpublished. */
  readonly preventWillMessage: boolean;
}

/** What aedes notes on a client, though its types do not say so. */
type Internals = Client & {
  /** Whether a DISCONNECT has come, which takes back the last will. [MQTT-3.14.4-3] */
  _disconnected: boolean;
};

/** Where aedes keeps sessions, though its types do not say so. */
interface Persistence {
  cleanSubscriptions(client: Client): Promise<unknown>;
  outgoingStream(client: Client): AsyncIterable<AedesPublishPacket>;
  outgoingClearMessageId(client: Client, packet: AedesPublishPacket): Promise<unknown>;
}

/** Closes a connection from the broker's side. Resolves when it is closed, and its session as it will be. */
export async function endConnection(aedes: Aedes, client: Client, options: EndOptions): Promise<void> {
  if (options.preventWillMessage) (client as Internals)._disconnected = true;
  await new Promise<void>((resolve) => client.close(resolve));
  if (options.cleanSession) await forgetSession(aedes, client);
}

async function forgetSession(aedes: Aedes, client: Client): Promise<void> {
  const { persistence } = aedes as Aedes & { readonly persistence: Persistence };
  await persistence.cleanSubscriptions(client);
  for await (const packet of persistence.outgoingStream(client)) {
    await persistence.outgoingClearMessageId(client, packet);
  }
}
