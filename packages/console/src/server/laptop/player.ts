import type { Laptop } from '@device-lifecycle/operator/stack.ts';
import type { ConnectionEnd, DeviceConnection, PlayedDevice } from '../../contract/laptop.ts';
import type { LifecycleEvent } from '../../contract/live.ts';
import { createDeviceLog, type DeviceLog } from './device-log.ts';
import type { DeviceIdentity } from './make-device.ts';
import { createFacts, type Facts } from './milestones.ts';
import { type MqttSession, openSession, type SessionEnd } from './mqtt-session.ts';

const MAX_EVENTS = 50;
/** From what AWS IoT finds wrong to when the device learns that its connection has ended. */
const LOOK_BACK_MS = 2_000;
/** Of the network, not of AWS IoT. */
const UNREACHABLE: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT'];

/** A device that the console plays. */
export interface Player {
  readonly identity: DeviceIdentity;
  readonly log: DeviceLog;
  readonly facts: Facts;
  readonly events: readonly LifecycleEvent[];
  describe(): PlayedDevice;
  /** Whether or not it is let in; its log says so. */
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** Connects first where it is not connected; a device that is turned away publishes nothing. */
  publish(topic: string, payload: string): Promise<void>;
  /** A step of some device's life. */
  hear(event: LifecycleEvent): void;
}

interface PlayerOptions {
  readonly identity: DeviceIdentity;
  readonly serialNumber: string;
  readonly laptop: Laptop;
  /** The stack's time, in epoch milliseconds. */
  now(): number;
  /** Of a connection that has ended, or was refused, since then. */
  readConnectionEnd(certificateId: string, sinceMs: number): Promise<ConnectionEnd>;
}

export function createPlayer(options: PlayerOptions): Player {
  const { identity, serialNumber, laptop, now } = options;
  const { deviceId } = identity;
  const log = createDeviceLog({ now, elapsed: () => performance.now() });
  const facts = createFacts();
  const events: LifecycleEvent[] = [];
  let connection: DeviceConnection = 'disconnected';
  let session: Promise<MqttSession> | undefined;

  const onMessage = (topic: string, payload: string) => {
    const answer = log.answered(topic, payload);
    if (answer?.operation === 'heartbeat' && answer.verdict === 'accepted') facts.note('heartbeat', now());
    if (answer?.code === 'DeviceDecommissioned') facts.note('turnedAway', now());
  };
  const onEnd = async ({ error, wasConnected, isOwn }: SessionEnd, openedAt: number) => {
    const at = now();
    connection = 'disconnected';
    session = undefined;
    log.forgetWaiting();
    if (isOwn) return log.add({ kind: 'disconnected' }, at);
    if (error !== undefined && UNREACHABLE.includes(Object(error).code)) {
      return log.add({ kind: 'failed', message: `Nothing answers at ${addressOf(laptop)}.` }, at);
    }
    if (!wasConnected) facts.note('turnedAway', at);
    const known = await options.readConnectionEnd(
      identity.certificateId,
      Math.max(openedAt, at - LOOK_BACK_MS),
    );
    log.add({ kind: wasConnected ? 'cutOff' : 'turnedAway', ...known }, at);
  };
  const open = async (): Promise<MqttSession> => {
    connection = 'connecting';
    const openedAt = now();
    try {
      return await openSession(laptop, identity, {
        onConnected() {
          connection = 'connected';
          log.add({ kind: 'connected' });
        },
        onMessage,
        onEnd: (end) => void onEnd(end, openedAt),
        onUnsent: ({ message }) => log.add({ kind: 'failed', message }),
      });
    } catch (error) {
      connection = 'disconnected';
      session = undefined;
      throw error;
    }
  };
  const connect = async (): Promise<MqttSession | undefined> => {
    session ??= open();
    const opened = await session;
    return (await opened.opened) ? opened : undefined;
  };
  log.add({ kind: 'made' });
  return {
    identity,
    log,
    facts,
    events,
    describe: () => ({ deviceId, serialNumber, connection }),
    async connect() {
      await connect();
    },
    async disconnect() {
      await (await session)?.end();
    },
    async publish(topic, payload) {
      const opened = await connect();
      if (opened === undefined) return;
      log.published(topic, payload);
      opened.publish(topic, payload);
    },
    hear(event) {
      if (event.deviceId === deviceId) {
        facts.note(event.type, event.at);
        events.push(event);
        if (events.length > MAX_EVENTS) events.shift();
      } else if (event.type === 'DeviceRegistered' && event.device?.serialNumber === serialNumber) {
        facts.note('reused', event.at);
      }
    },
  };
}

const addressOf = ({ mqtt: { host, port } }: Laptop): string => `${host}:${port}`;
