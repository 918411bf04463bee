import { notFound } from '../../iot/errors.ts';
import { clientIdOf, flagOf } from './client-id.ts';
import type { DataOperation } from './operation.ts';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html */
export const deleteConnection: DataOperation = {
  http: 'DELETE /connections/{clientId}',
  async answer(request, { broker }) {
    const clientId = clientIdOf(request);
    const isEnded = await broker.disconnect(clientId, {
      cleanSession: flagOf(request, 'cleanSession'),
      preventWillMessage: flagOf(request, 'preventWillMessage'),
    });
    if (isEnded) return {};
    throw notFound(`The client ${clientId} is not connected, and has no persistent session.`);
  },
};
