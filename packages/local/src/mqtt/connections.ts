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
