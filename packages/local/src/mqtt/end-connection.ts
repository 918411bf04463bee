import type { Client } from 'aedes';

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

/** Closes a connection from the broker's side; resolves when it is closed. */
export async function endConnection(
  client: Client,
  { preventWillMessage }: Pick<EndOptions, 'preventWillMessage'>,
): Promise<void> {
  if (preventWillMessage) (client as Internals)._disconnected = true;
  await new Promise<void>((resolve) => client.close(resolve));
}
