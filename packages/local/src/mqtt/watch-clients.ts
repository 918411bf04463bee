import type { Aedes, Client } from 'aedes';
import type { BrokerLog } from './broker-log.ts';
import type { Connections } from './connections.ts';

interface Watchers {
  readonly brokerLog: BrokerLog;
  readonly connections: Connections;
  readonly onOpened: (client: Client) => void;
  /** A client is connected, and what has waited for it has gone out. */
  readonly onReady: (client: Client) => void;
  readonly onClosed: (client: Client) => void;
  /** A connection ended before it got through its CONNECT, and nobody has said yet why. */
  readonly onNoConnect: (error: Error) => void;
}

/** Follows who comes and goes, and why, from aedes' events. */
export function watchClients(aedes: Aedes, watchers: Watchers): void {
  const { brokerLog, connections, onOpened, onReady, onClosed, onNoConnect } = watchers;
  aedes.on('client', (client) => {
    brokerLog.succeeded('Connect', client);
    connections.opened(client);
    onOpened(client);
  });
  aedes.on('clientReady', (client) => onReady(client));
  aedes.on('clientDisconnect', (client) => {
    const disconnectReason = connections.closed(client);
    if (disconnectReason === undefined) return;
    brokerLog.succeeded('Disconnect', client, { disconnectReason });
    onClosed(client);
  });
  aedes.on('subscribe', (subscriptions, client) => {
    const filters = subscriptions.map(({ topic }) => topic);
    connections.subscriptionsChanged(client, 'subscribed', filters);
  });
  aedes.on('unsubscribe', (topics, client) => {
    // aedes takes the subscriptions of a client that has gone back as well; that is no request of the client.
    if (client.closed) return;
    for (const topicName of topics) brokerLog.succeeded('Unsubscribe', client, { topicName });
    connections.subscriptionsChanged(client, 'unsubscribed', topics);
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
