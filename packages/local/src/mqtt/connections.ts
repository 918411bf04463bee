import type { Client } from 'aedes';
import {
  type DisconnectReason,
  hasPresence,
  type Peer,
  type Presence,
  type PresenceEvent,
  type Session,
} from './presence.ts';

/** Announces a presence event; resolves when it is out. */
type Announce = (event: PresenceEvent) => Promise<void>;

/** The open connections, why each ends, and their presence events, in order for each client id. */
export class Connections {
  readonly #presence: Presence;
  readonly #peerOf: (client: Client) => Peer;
  readonly #announce: Announce;
  readonly #byClientId = new Map<string, Client>();
  readonly #sessions = new WeakMap<Client, Session>();
  readonly #reasons = new WeakMap<Client, DisconnectReason>();
  readonly #announcements = new Map<string, Promise<void>>();

  constructor(presence: Presence, peerOf: (client: Client) => Peer, announce: Announce) {
    this.#presence = presence;
    this.#peerOf = peerOf;
    this.#announce = announce;
  }

  /** A client is about to connect: who has its id now is evicted. Source: "MQTT", DUPLICATE_CLIENTID. */
  evict(client: Client): void {
    const previous = this.#byClientId.get(client.id);
    if (previous !== undefined) this.endsBecause(previous, 'DUPLICATE_CLIENTID');
  }

  opened(client: Client): void {
    this.#byClientId.set(client.id, client);
    const session = this.#presence.open(this.#peerOf(client));
    this.#sessions.set(client, session);
    this.#queue(client.id, this.#presence.connected(session));
  }

  /** A client may not connect under the id that it asked for. */
  failed(client: Client, clientId: string): void {
    this.#queue(clientId, this.#presence.connectFailed({ ...this.#peerOf(client), clientId }));
  }

  /** Why the connection ended; nothing where there was no session. */
  closed(client: Client): DisconnectReason | undefined {
    if (this.#byClientId.get(client.id) === client) this.#byClientId.delete(client.id);
    const session = this.#sessions.get(client);
    if (session === undefined) return undefined;
    this.#sessions.delete(client);
    const reason =
      this.#reasons.get(client) ?? (saidGoodbye(client) ? 'CLIENT_INITIATED_DISCONNECT' : 'CONNECTION_LOST');
    this.#queue(client.id, this.#presence.disconnected(session, reason));
    return reason;
  }

  /** A client has subscribed or unsubscribed. */
  subscriptionsChanged(
    client: Client,
    eventType: 'subscribed' | 'unsubscribed',
    topics: readonly string[],
  ): void {
    const session = this.#sessions.get(client);
    if (session === undefined) return;
    this.#queue(client.id, this.#presence.subscriptionsChanged(session, eventType, topics));
  }

  /** Notes why a connection will end; the first reason holds. */
  endsBecause(client: Client, reason: DisconnectReason): void {
    if (!this.#reasons.has(client)) this.#reasons.set(client, reason);
  }

  find(clientId: string): Client | undefined {
    return this.#byClientId.get(clientId);
  }

  isEnding(client: Client): boolean {
    return this.#reasons.has(client);
  }

  #queue(clientId: string, event: PresenceEvent): void {
    if (!hasPresence(clientId)) return;
    const before = this.#announcements.get(clientId) ?? Promise.resolve();
    const announced = before.then(() => this.#announce(event));
    this.#announcements.set(clientId, announced);
    announced.finally(() => {
      if (this.#announcements.get(clientId) === announced) this.#announcements.delete(clientId);
    });
  }
}

/** aedes notes a DISCONNECT packet on the client, though its types do not say so. [MQTT-3.14.4-3] */
function saidGoodbye(client: Client): boolean {
  return (client as Client & { readonly _disconnected: boolean })._disconnected;
}

/** The keep-alive intervals that a broker grants, in seconds. */
export interface KeepAliveRange {
  readonly min: number;
  /** Also for clients that ask for none. */
  readonly max: number;
}

/** "Connection inactivity". Source: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
export const AWS_KEEP_ALIVE: KeepAliveRange = { min: 30, max: 1200 };

/**
 * What a client gets that asks for an interval, in seconds: the longest where it asks for none or for a longer one, the
 * shortest where it asks for a shorter one.
 */
export function grantedKeepAlive(asked: number | undefined, { min, max }: KeepAliveRange): number {
  if (asked === undefined || asked === 0 || asked > max) return max;
  return Math.max(asked, min);
}

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
