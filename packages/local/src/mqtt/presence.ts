import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';

/** Those of AWS IoT's reasons that can happen here. Source: "Lifecycle events", disconnectReason. */
export type DisconnectReason =
  | 'API_INITIATED_DISCONNECT'
  | 'AUTH_ERROR'
  | 'CLIENT_INITIATED_DISCONNECT'
  | 'CLIENT_ERROR'
  | 'CONNECTION_LOST'
  | 'DUPLICATE_CLIENTID'
  | 'FORBIDDEN_ACCESS'
  | 'MQTT_KEEP_ALIVE_TIMEOUT'
  | 'SERVER_ERROR';

/** Who is connected. */
export interface Peer {
  readonly clientId: string;
  /** The id of its certificate. */
  readonly principal: string;
  /** The thing that its certificate belongs to alone. */
  readonly thingName?: string;
  readonly sourceIp?: string;
}

/** One connection, as its two presence events name it. */
export interface Session extends Peer {
  readonly sessionIdentifier: string;
  readonly versionNumber: number;
}

export interface PresenceEvent {
  readonly topic: string;
  readonly payload: Buffer;
}

const OFFLINE_RESET_MS = 60 * 60 * 1000;
const SWEEP_AT = 10_000;

interface Version {
  readonly versionNumber: number;
  /** Epoch milliseconds; absent while connected. */
  readonly offlineSince?: number;
}

/**
 * The presence events `$aws/events/presence/{connected,disconnected,connect_failed}/{clientId}`. A connection's two events have
 * the same sessionIdentifier and versionNumber; the number grows with each connection of a client id, and starts at
 * 0 again after an hour offline. Source: AWS IoT developer guide, "Lifecycle events".
 */
export class Presence {
  readonly #clock: Clock;
  readonly #versions = new Map<string, Version>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Opens a session for a connection. */
  open(peer: Peer): Session {
    const versionNumber = this.#nextVersion(peer.clientId);
    this.#versions.set(peer.clientId, { versionNumber });
    return { ...peer, sessionIdentifier: randomUUID(), versionNumber };
  }

  connected(session: Session): PresenceEvent {
    const { versionNumber } = session;
    return this.#event('connected', session, { ...addressOf(session), versionNumber });
  }

  /** A client that its policies did not let connect. It has no session, but an identifier of one. */
  connectFailed(peer: Peer): PresenceEvent {
    const attempt = { ...peer, sessionIdentifier: randomUUID() };
    return this.#event('connect_failed', attempt, {
      ...addressOf(peer),
      connectFailureReason: 'AUTHORIZATION_FAILED',
    });
  }

  disconnected(session: Session, disconnectReason: DisconnectReason): PresenceEvent {
    const { clientId, versionNumber } = session;
    // After a takeover the next session is open already.
    if (this.#versions.get(clientId)?.versionNumber === versionNumber) {
      this.#versions.set(clientId, { versionNumber, offlineSince: this.#clock.now() });
    }
    return this.#event('disconnected', session, {
      clientInitiatedDisconnect: disconnectReason === 'CLIENT_INITIATED_DISCONNECT',
      disconnectReason,
      versionNumber,
    });
  }

  /** What a client has subscribed to, or not any longer. Source: "Lifecycle events", Subscribe/Unsubscribe events. */
  subscriptionsChanged(
    { clientId, sessionIdentifier, principal }: Session,
    eventType: 'subscribed' | 'unsubscribed',
    topics: readonly string[],
  ): PresenceEvent {
    const event = {
      clientId,
      timestamp: this.#clock.now(),
      eventType,
      sessionIdentifier,
      principalIdentifier: principal,
      topics,
    };
    return {
      topic: `$aws/events/subscriptions/${eventType}/${clientId}`,
      payload: Buffer.from(JSON.stringify(event)),
    };
  }

  #nextVersion(clientId: string): number {
    if (this.#versions.size > SWEEP_AT) this.#forgetExpired();
    const last = this.#versions.get(clientId);
    return last === undefined || this.#isExpired(last) ? 0 : last.versionNumber + 1;
  }

  #isExpired({ offlineSince }: Version): boolean {
    return offlineSince !== undefined && this.#clock.now() - offlineSince > OFFLINE_RESET_MS;
  }

  #forgetExpired(): void {
    for (const [clientId, version] of this.#versions) {
      if (this.#isExpired(version)) this.#versions.delete(clientId);
    }
  }

  #event(
    eventType: 'connected' | 'disconnected' | 'connect_failed',
    { clientId, thingName, sessionIdentifier, principal }: Omit<Session, 'versionNumber'>,
    details: object,
  ): PresenceEvent {
    const event = {
      clientId,
      ...(thingName === undefined ? {} : { thingName }),
      timestamp: this.#clock.now(),
      eventType,
      sessionIdentifier,
      principalIdentifier: principal,
      ...details,
    };
    return {
      topic: `$aws/events/presence/${eventType}/${clientId}`,
      payload: Buffer.from(JSON.stringify(event)),
    };
  }
}

function addressOf({ sourceIp }: Peer): { readonly ipAddress?: string } {
  return sourceIp === undefined ? {} : { ipAddress: sourceIp };
}

/** AWS IoT publishes no presence for client ids that would make a topic with wildcards. */
export function hasPresence(clientId: string): boolean {
  return !/[+#]/.test(clientId);
}
