import type { Socket } from 'node:net';
import type { Client } from 'aedes';
import type { IotLog, IotLogEntry } from '../iot-log.ts';
import type { Refusal } from './access.ts';

type Details = Pick<IotLogEntry, 'topicName' | 'traceId' | 'disconnectReason'>;

/** What the message broker logs of its clients. */
export class BrokerLog {
  readonly #log: IotLog;

  constructor(log: IotLog) {
    this.#log = log;
  }

  succeeded(eventType: IotLogEntry['eventType'], client: Client, details: Details = {}): void {
    this.#log.write({ logLevel: 'INFO', status: 'Success', eventType, ...peer(client), ...details });
  }

  refused(
    eventType: IotLogEntry['eventType'],
    client: Client,
    { reason, message, topicName }: Refusal & Details,
  ): void {
    const outcome = { reason, details: message };
    this.#log.write({
      logLevel: 'ERROR',
      status: 'Failure',
      eventType,
      ...peer(client),
      topicName,
      ...outcome,
    });
  }
}

function peer({ id, conn }: Client) {
  const { remoteAddress, remotePort } = conn as Partial<Socket>;
  return { protocol: 'MQTT', clientId: id, sourceIp: remoteAddress, sourcePort: remotePort } as const;
}
