import type { Client } from 'aedes';
import type { RuntimeLog } from '../contracts.ts';
import type { IotLogEntry } from '../iot/iot-log.ts';
import type { Refusal } from './access.ts';
import type { BrokerLog } from './broker-log.ts';
import type { Connections } from './connections.ts';

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
