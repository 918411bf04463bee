import type { Aedes } from 'aedes';
import type { BrokerLog } from './broker-log.ts';
import type { Connections } from './connections.ts';

interface Watchers {
  readonly brokerLog: BrokerLog;
  readonly connections: Connections;
  /** A connection ended before it got through its CONNECT, and nobody has said yet why. */
  readonly onNoConnect: (error: Error) => void;
}

/** Follows who comes and goes, and why, from aedes' events. */
export function watchClients(aedes: Aedes, { brokerLog, connections, onNoConnect }: Watchers): void {
  aedes.on('client', (client) => {
    brokerLog.succeeded('Connect', client);
    connections.opened(client);
  });
  aedes.on('clientDisconnect', (client) => {
    const disconnectReason = connections.closed(client);
    if (disconnectReason !== undefined) brokerLog.succeeded('Disconnect', client, { disconnectReason });
  });
  aedes.on('unsubscribe', (topics, client) => {
    // aedes takes the subscriptions of a client that has gone back as well; that is no request of the client.
    if (client.closed) return;
    for (const topicName of topics) brokerLog.succeeded('Unsubscribe', client, { topicName });
  });
  aedes.on('keepaliveTimeout', (client) => connections.endsBecause(client, 'MQTT_KEEP_ALIVE_TIMEOUT'));
  aedes.on('clientError', (client, error) => {
    // A socket's error has a code; what has none is the client's doing, and so is not being able to parse it.
    connections.endsBecause(client, 'code' in error ? 'CONNECTION_LOST' : 'CLIENT_ERROR');
  });
  aedes.on('connectionError', (client, error) => {
    if (!connections.isEnding(client)) onNoConnect(error);
  });
}
