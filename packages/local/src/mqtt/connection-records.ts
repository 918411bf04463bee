import type { TLSSocket } from 'node:tls';
import type { Client } from 'aedes';
import type { Clock } from '../clock.ts';
import type { DisconnectReason, Peer } from './presence.ts';

/** How a client is or was connected last. Times are in epoch milliseconds. */
export interface ConnectionRecord {
  readonly clientId: string;
  readonly thingName?: string | undefined;
  readonly cleanSession: boolean;
  /** What the client asked for, in seconds. */
  readonly keepAliveDuration: number;
  readonly connectedSince: number;
  readonly disconnectedSince?: number;
  readonly disconnectReason?: DisconnectReason;
  readonly socket: SocketInformation;
}

interface SocketInformation {
  readonly sourceIp: string | undefined;
  readonly sourcePort: number | undefined;
  readonly targetIp: string | undefined;
  readonly targetPort: number | undefined;
}

/** Source: https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetConnection.html, disconnectedSince */
const KEPT_MS = 30 * 60 * 1000;

/** What GetConnection tells of clients: of connected ones, and of others for half an hour. */
export class ConnectionRecords {
  readonly #clock: Clock;
  readonly #connected = new Map<string, ConnectionRecord>();
  /** In the order in which they have gone. */
  readonly #gone = new Map<string, ConnectionRecord>();
  readonly #askedKeepAlive = new WeakMap<Client, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes the interval that a client asks for, before it is changed to the one that it gets. */
  asked(client: Client, keepAliveSeconds: number): void {
    this.#askedKeepAlive.set(client, keepAliveSeconds);
  }

  opened(client: Client, { clientId, thingName }: Peer): void {
    const { remoteAddress, remotePort, localAddress, localPort } = client.conn as TLSSocket;
    this.#gone.delete(clientId);
    this.#connected.set(clientId, {
      clientId,
      thingName,
      cleanSession: client.clean,
      keepAliveDuration: this.#askedKeepAlive.get(client) ?? 0,
      connectedSince: this.#clock.now(),
      socket: {
        sourceIp: remoteAddress,
        sourcePort: remotePort,
        targetIp: localAddress,
        targetPort: localPort,
      },
    });
  }

  closed(clientId: string, disconnectReason: DisconnectReason): void {
    const record = this.#connected.get(clientId);
    if (record === undefined) return;
    this.#connected.delete(clientId);
    this.#gone.set(clientId, { ...record, disconnectedSince: this.#clock.now(), disconnectReason });
    this.#forgetOld();
  }

  find(clientId: string): ConnectionRecord | undefined {
    this.#forgetOld();
    return this.#connected.get(clientId) ?? this.#gone.get(clientId);
  }

  #forgetOld(): void {
    const before = this.#clock.now() - KEPT_MS;
    for (const [clientId, { disconnectedSince = before }] of this.#gone) {
      if (disconnectedSince >= before) return;
      this.#gone.delete(clientId);
    }
  }
}
