import { AwsError } from '../../aws.ts';
import type { DataOperation } from './operation.ts';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html */
export const deleteConnection: DataOperation = {
  http: 'DELETE /connections/{clientId}',
  async answer({ labels: { clientId = '' }, query }, { broker }) {
    if (clientId.startsWith('$')) {
      throw new AwsError('InvalidRequestException', `The client id ${clientId} can't start with a $.`);
    }
    const isEnded = await broker.disconnect(clientId, {
      cleanSession: query.get('cleanSession') === 'true',
      preventWillMessage: query.get('preventWillMessage') === 'true',
    });
    if (isEnded) return {};
    throw new AwsError('ResourceNotFoundException', `The client ${clientId} is not connected.`, 404);
  },
};
