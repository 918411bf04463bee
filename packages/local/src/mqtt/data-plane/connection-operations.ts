import { Input } from '../../iot/api/input.ts';
import { dataPage } from '../../iot/api/page.ts';
import { notFound } from '../../iot/errors.ts';
import { SESSION_EXPIRY_SECONDS } from '../sessions.ts';
import { clientIdOf, flagOf } from './client-id.ts';
import type { DataOperation } from './operation.ts';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetConnection.html */
export const getConnection: DataOperation = {
  http: 'GET /connections/{clientId}',
  async answer(request, { broker }) {
    const clientId = clientIdOf(request);
    const withSocket = flagOf(request, 'includeSocketInformation');
    const record = broker.connection(clientId);
    if (record === undefined) {
      if (!broker.hasSession(clientId)) throw notFound(`The client ${clientId} is not known.`);
      return { clientId, connected: false, cleanSession: false, sessionExpiry: SESSION_EXPIRY_SECONDS };
    }
    const { socket, disconnectedSince, connectedSince, ...rest } = record;
    const isConnected = disconnectedSince === undefined;
    return {
      ...rest,
      connected: isConnected,
      sessionExpiry: record.cleanSession ? 0 : SESSION_EXPIRY_SECONDS,
      ...(isConnected ? { connectedSince } : { disconnectedSince }),
      ...(withSocket && isConnected && socket),
    };
  },
};

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_ListSubscriptions.html */
export const listSubscriptions: DataOperation = {
  http: 'GET /connections/{clientId}/subscriptions',
  async answer(request, { broker }) {
    const clientId = clientIdOf(request);
    const subscriptions = broker.subscriptions(clientId);
    if (subscriptions === undefined) {
      throw notFound(`The client ${clientId} is not connected, and has no persistent session.`);
    }
    const all = subscriptions
      .map(({ topic: topicFilter, qos }) => ({ topicFilter, qos }))
      .sort((one, other) => (one.topicFilter < other.topicFilter ? -1 : 1));
    const input = new Input(Object.fromEntries(request.query));
    const { items, next } = dataPage(all, input, ({ topicFilter }) => topicFilter);
    return { subscriptions: items, ...next };
  },
};
