import { describe, expect, it } from '@jest/globals';
import type { IotLogEntry } from '../../src/iot/iot-log.ts';
import { certificateOfAnybody } from './anybody.ts';
import { collect, startHarness, until } from './broker-harness.ts';

async function startLogged() {
  const entries: IotLogEntry[] = [];
  const harness = await startHarness({ iotLog: { write: (entry) => entries.push(entry) } });
  return { ...harness, entries, ofType: (type: string) => entries.filter((e) => e.eventType === type) };
}

const FROM_HERE = { protocol: 'MQTT', sourceIp: '127.0.0.1', sourcePort: expect.any(Number) };

describe('what the message broker logs', () => {
  it('tells of a client from its connection to its goodbye', async () => {
    const { connect, entries, ofType } = await startLogged();
    const client = await connect({ clientId: 'd1' });
    await client.subscribeAsync('devices/d1/+/accepted', { qos: 1 });
    await client.publishAsync('devices/d1/heartbeat', '{}', { qos: 1 });
    await client.unsubscribeAsync('devices/d1/+/accepted');
    await client.endAsync();
    await until(() => ofType('Disconnect').length === 1);

    const { certificateId: principalId } = await certificateOfAnybody();
    const about = { logLevel: 'INFO', status: 'Success', clientId: 'd1', principalId, ...FROM_HERE };
    expect(entries).toEqual([
      { eventType: 'Connect', ...about },
      { eventType: 'Subscribe', topicName: 'devices/d1/+/accepted', ...about },
      { eventType: 'Publish-In', topicName: 'devices/d1/heartbeat', traceId: expect.any(String), ...about },
      { eventType: 'Unsubscribe', topicName: 'devices/d1/+/accepted', ...about },
      { eventType: 'Disconnect', disconnectReason: 'CLIENT_INITIATED_DISCONNECT', ...about },
    ]);
  });

  it('gives a message the trace id under which the rules get it', async () => {
    const { connect, ofType, published } = await startLogged();
    const client = await connect({ clientId: 'd1' });
    await client.publishAsync('devices/d1/heartbeat', '{}', { qos: 1 });
    const message = published.find(({ topic }) => topic === 'devices/d1/heartbeat');
    expect(message?.traceId).toBeDefined();
    expect(ofType('Publish-In')[0]?.traceId).toBe(message?.traceId);
  });

  it('tells of each subscriber that gets a message', async () => {
    const { connect, broker, ofType } = await startLogged();
    const one = await collect(await connect({ clientId: 'd1' }), 'news');
    const other = await collect(await connect({ clientId: 'd2' }), 'news');
    await broker.publish('news', Buffer.from('{}'), 1);
    await until(() => one.length + other.length === 2);
    expect(ofType('Publish-Out').map(({ clientId, topicName }) => [clientId, topicName])).toEqual([
      ['d1', 'news'],
      ['d2', 'news'],
    ]);
  });

  it('tells why something was refused', async () => {
    const { connect, ofType } = await startLogged();
    const client = await connect({ clientId: 'd1' });
    client.publish('$aws/things/d1/jobs/get', '{}');
    await until(() => ofType('Disconnect').length === 1);
    expect(ofType('Publish-In')).toEqual([
      expect.objectContaining({
        logLevel: 'ERROR',
        status: 'Failure',
        topicName: '$aws/things/d1/jobs/get',
        clientId: 'd1',
        reason: 'FORBIDDEN_ACCESS',
        details: expect.stringContaining('is reserved'),
      }),
    ]);
    expect(ofType('Disconnect')).toMatchObject([{ disconnectReason: 'FORBIDDEN_ACCESS' }]);
  });
});
