import { describe, expect, it } from '@jest/globals';
import { closed, collect, presenceOf, startHarness, until } from './broker-harness.ts';

const KEEP = { cleanSession: false, preventWillMessage: false };
const WILL = { topic: 'wills/d1', payload: Buffer.from('gone'), qos: 1, retain: false } as const;

describe('a connection that the data plane ends', () => {
  it('is closed, and said to be', async () => {
    const { broker, connect, published } = await startHarness();
    const client = await connect({ clientId: 'd1' });
    const end = closed(client);

    expect(await broker.disconnect('d1', KEEP)).toBe(true);
    await end;
    await until(() => presenceOf(published).length === 2);
    expect(presenceOf(published)[1]).toMatchObject({
      eventType: 'disconnected',
      clientInitiatedDisconnect: false,
      disconnectReason: 'API_INITIATED_DISCONNECT',
    });
    expect(await broker.disconnect('d1', KEEP)).toBe(false);
  });

  it('may be opened again at once', async () => {
    const { broker, connect } = await startHarness();
    await connect({ clientId: 'd1' });
    await broker.disconnect('d1', KEEP);
    expect((await connect({ clientId: 'd1' })).connected).toBe(true);
  });

  it.each([true, false])('has its last will published unless that is prevented: %s', async (prevent) => {
    const { broker, connect, published } = await startHarness();
    await connect({ clientId: 'd1', will: WILL });

    await broker.disconnect('d1', { ...KEEP, preventWillMessage: prevent });
    await until(() => presenceOf(published).length === 2);
    await broker.publish('after', Buffer.alloc(0), 1);
    expect(published.some(({ topic }) => topic === WILL.topic)).toBe(!prevent);
  });

  it.each([true, false])('loses its session where that is asked for: %s', async (cleanSession) => {
    const { broker, connect, dial } = await startHarness();
    const persistent = { clientId: 'd1', clean: false };
    await collect(await connect(persistent), 'news/#');
    await broker.disconnect('d1', { ...KEEP, cleanSession });
    await broker.publish('news/1', Buffer.from('while away'), 1);

    const again = dial(persistent);
    const received: string[] = [];
    again.on('message', (_, payload) => received.push(payload.toString()));
    await new Promise<void>((resolve) => again.once('connect', () => resolve()));
    await again.subscribeAsync('others', { qos: 1 });
    await broker.publish('news/2', Buffer.from('later'), 1);
    await broker.publish('others', Buffer.from('last'), 1);
    await until(() => received.includes('last'));
    expect(received).toEqual(cleanSession ? ['last'] : ['while away', 'later', 'last']);
  });
});
