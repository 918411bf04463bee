import { Input } from '../../iot/api/input.ts';
import { dataPage } from '../../iot/api/page.ts';
import { notFound } from '../../iot/errors.ts';
import type { DataOperation } from './operation.ts';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetRetainedMessage.html */
export const getRetainedMessage: DataOperation = {
  http: 'GET /retainedMessage/{topic+}',
  async answer({ labels: { topic = '' } }, { broker }) {
    const message = broker.retained.find(topic);
    if (message === undefined) throw notFound(`There is no retained message on ${topic}.`);
    return { ...message, payload: message.payload.toString('base64') };
  },
};

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_ListRetainedMessages.html */
export const listRetainedMessages: DataOperation = {
  http: 'GET /retainedMessage',
  async answer({ query }, { broker }) {
    const input = new Input(Object.fromEntries(query));
    const { items, next } = dataPage(broker.retained.list(), input, ({ topic }) => topic);
    return { retainedTopics: items, ...next };
  },
};
