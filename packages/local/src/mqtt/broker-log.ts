import type { Socket } from 'node:net';
import type { Client } from 'aedes';
import type { RuntimeLog } from '../contracts.ts';
import type { IotLog, IotLogEntry } from '../iot/iot-log.ts';
import type { Refusal } from './access.ts';
import type { Connections } from './connections.ts';
import type { Peer } from './presence.ts';

type Details = Pick<IotLogEntry, 'topicName' | 'traceId' | 'disconnectReason'>;

/** What AWS IoT logs for what policies do not allow. */
const AUTHORIZATION_FAILURE = 'AUTHORIZATION_FAILURE';

/** What the message broker logs of its clients. */
export class BrokerLog {
  readonly #log: IotLog;
  readonly #peerOf: (client: Client) => Peer;

  constructor(log: IotLog, peerOf: (client: Client) => Peer) {
    this.#log = log;
    this.#peerOf = peerOf;
  }

  succeeded(eventType: IotLogEntry['eventType'], client: Client, details: Details = {}): void {
    // For each message: what nobody hears is not made.
    if (this.#log.hears?.('INFO') === false) return;
    this.#log.write({ logLevel: 'INFO', status: 'Success', eventType, ...this.#peer(client), ...details });
  }

  refused(
    eventType: IotLogEntry['eventType'],
    client: Client,
    { reason, message, topicName, clientId }: Refusal & Details & Pick<IotLogEntry, 'clientId'>,
  ): void {
    const outcome = {
      reason: reason === 'AUTH_ERROR' ? AUTHORIZATION_FAILURE : reason,
      details: message,
      // Until it is connected, a client does not have the id that it asks for.
      ...(clientId === undefined ? {} : { clientId }),
    };
    this.#log.write({
      logLevel: 'ERROR',
      status: 'Failure',
      eventType,
      ...this.#peer(client),
      topicName,
      ...outcome,
    });
  }

  #peer(client: Client) {
    const { clientId, principal: principalId, sourceIp } = this.#peerOf(client);
    const { remotePort: sourcePort } = client.conn as Partial<Socket>;
    return { protocol: 'MQTT', clientId, principalId, sourceIp, sourcePort } as const;
  }
}

/** Says what is refused, and why: to the developer, in AWS IoT's log, and by presence. */
export class Refusals {
  readonly #log: RuntimeLog;
  readonly #brokerLog: BrokerLog;
  readonly #connections: Connections;

  constructor(log: RuntimeLog, brokerLog: BrokerLog, connections: Connections) {
    this.#log = log;
    this.#brokerLog = brokerLog;
    this.#connections = connections;
  }

  /** The error for aedes, which closes the connection for it; nothing where nothing is refused. */
  refuse(
    eventType: IotLogEntry['eventType'],
    client: Client,
    refusal: Refusal | undefined,
    details: Pick<IotLogEntry, 'topicName' | 'clientId'>,
  ): Error | null {
    if (refusal === undefined) return null;
    this.#brokerLog.refused(eventType, client, { ...refusal, ...details });
    return this.disconnect(client, refusal, details.clientId ?? client.id);
  }

  /** The same for what AWS IoT has no log entry of. */
  disconnect(client: Client, { reason, message }: Refusal, clientId: string | null = client.id): Error {
    this.#connections.endsBecause(client, reason);
    this.#log.warn(`The MQTT client ${clientId ?? 'without an id'} was disconnected: ${message}`);
    return new Error(message);
  }
}
