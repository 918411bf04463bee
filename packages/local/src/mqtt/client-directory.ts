import type { ConnectionRecord, ConnectionRecords } from './connection-records.ts';
import type { Connections } from './connections.ts';
import type { SessionSubscription, Sessions } from './sessions.ts';
import { subscriptionsOf } from './subscription-limits.ts';

/** What the data plane tells of clients and their sessions. */
export interface Clients {
  /** How a client is connected, or was until half an hour ago. */
  connection(clientId: string): ConnectionRecord | undefined;
  /** Whether there is a persistent session, be the client connected or not. */
  hasSession(clientId: string): boolean;
  /** Of a client that is connected or has a session. */
  subscriptions(clientId: string): readonly SessionSubscription[] | undefined;
}

interface ClientsOptions {
  readonly connections: Connections;
  readonly records: ConnectionRecords;
  readonly sessions: Sessions;
}

export function createClientDirectory({ connections, records, sessions }: ClientsOptions): Clients {
  return {
    connection: (clientId) => records.find(clientId),
    hasSession: (clientId) => sessions.subscriptionsOf(clientId) !== undefined,
    subscriptions(clientId) {
      const client = connections.find(clientId);
      if (client === undefined) return sessions.subscriptionsOf(clientId);
      return Object.entries(subscriptionsOf(client)).map(([topic, { qos }]) => ({
        topic,
        qos: qos === 1 ? 1 : 0,
      }));
    },
  };
}
