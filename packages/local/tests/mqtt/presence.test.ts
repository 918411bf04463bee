import { describe, expect, it } from '@jest/globals';
import { Presence } from '../../src/mqtt/presence.ts';

const HOUR_MS = 60 * 60 * 1000;
const A = { clientId: 'a', principal: 'cert' };

function start() {
  const clock = { nowMs: 1_573_002_230_757, now: () => clock.nowMs, sleep: () => Promise.resolve() };
  return { clock, presence: new Presence(clock) };
}

describe('presence events (developer guide, "Lifecycle events")', () => {
  it('are as AWS IoT publishes them', () => {
    const { presence } = start();
    const session = presence.open({ clientId: '186b5', principal: 'cert', sourceIp: '192.0.2.0' });
    const connected = presence.connected(session);
    const disconnected = presence.disconnected(session, 'CLIENT_INITIATED_DISCONNECT');

    expect(connected.topic).toBe('$aws/events/presence/connected/186b5');
    expect(JSON.parse(connected.payload.toString())).toEqual({
      clientId: '186b5',
      timestamp: 1_573_002_230_757,
      eventType: 'connected',
      sessionIdentifier: session.sessionIdentifier,
      principalIdentifier: 'cert',
      ipAddress: '192.0.2.0',
      versionNumber: 0,
    });
    expect(disconnected.topic).toBe('$aws/events/presence/disconnected/186b5');
    expect(JSON.parse(disconnected.payload.toString())).toEqual({
      clientId: '186b5',
      timestamp: 1_573_002_230_757,
      eventType: 'disconnected',
      sessionIdentifier: session.sessionIdentifier,
      principalIdentifier: 'cert',
      clientInitiatedDisconnect: true,
      disconnectReason: 'CLIENT_INITIATED_DISCONNECT',
      versionNumber: 0,
    });
  });

  it('count the connections of each client id', () => {
    const { presence } = start();
    const versions = ['a', 'b', 'a', 'a'].map(
      (clientId) => presence.open({ clientId, principal: 'cert' }).versionNumber,
    );

    expect(versions).toEqual([0, 0, 1, 2]);
  });

  it('count from 0 again after more than an hour offline, and not before', () => {
    const { clock, presence } = start();
    presence.disconnected(presence.open(A), 'CONNECTION_LOST');
    clock.nowMs += HOUR_MS;
    const second = presence.open(A);
    presence.disconnected(second, 'CONNECTION_LOST');
    clock.nowMs += HOUR_MS + 1;

    expect([second.versionNumber, presence.open(A).versionNumber]).toEqual([1, 0]);
  });

  it('do not take a client for offline because an evicted session ends late', () => {
    const { clock, presence } = start();
    const evicted = presence.open(A);
    presence.open(A);
    presence.disconnected(evicted, 'DUPLICATE_CLIENTID');
    clock.nowMs += 2 * HOUR_MS;

    expect(presence.open(A).versionNumber).toBe(2);
  });
});
