import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { createRequester } from '../../../demo/device.ts';

type Publish = (topic: string, message: string) => Promise<unknown>;

/** A connection on which nothing happens by itself. */
const connection = (publishAsync: Publish) => Object.assign(new EventEmitter(), { publishAsync });

const answer = (requestId: string, more = {}) => Buffer.from(JSON.stringify({ requestId, ...more }));

describe("a device's request", () => {
  it('resolves to its own answer, whatever comes before', async () => {
    const sent: string[] = [];
    const mqtt = connection(async (topic, message) => {
      sent.push(topic);
      const { requestId } = JSON.parse(message);
      mqtt.emit('message', 'devices/dev-1/update/accepted', answer('other'));
      mqtt.emit('message', 'devices/dev-1/update/rejected', answer(requestId, { code: 'StaleVersion' }));
    });
    const request = createRequester('dev-1', mqtt);

    expect(await request('update', { requestId: 'mine' })).toEqual({
      verdict: 'rejected',
      body: { requestId: 'mine', code: 'StaleVersion' },
    });
    expect(sent).toEqual(['devices/dev-1/update']);
  });

  it('is given up in time, though the broker acknowledges nothing', async () => {
    const { promise: never } = Promise.withResolvers<void>();
    const request = createRequester(
      'dev-1',
      connection(() => never),
      5,
    );
    await expect(request('heartbeat')).rejects.toThrow('No answer to heartbeat of dev-1 within 0.005 s');
  });

  it('is given up at once when it cannot be published', async () => {
    const mqtt = connection(() => Promise.reject(new Error('client disconnecting')));
    await expect(createRequester('dev-1', mqtt)('heartbeat')).rejects.toThrow('client disconnecting');
  });
});
