import type { Laptop } from '@device-lifecycle/operator/stack.ts';
import type { NewDevice, PlayedDevice } from '../../contract/laptop.ts';
import { ApiError } from '../api-error.ts';
import type { RuntimeClock } from '../runtime-clock.ts';
import type { ConsoleTools } from '../tools.ts';
import { readConnectionEnd } from './connection-end.ts';
import { makeDevice } from './make-device.ts';
import { createPlayer, type Player } from './player.ts';

export const MAX_DEVICES = 20;

/** The devices that the console plays, with their keys, until it ends. */
interface Workbench {
  list(): readonly PlayedDevice[];
  /** @throws ApiError where there are too many, or there is one of that name; errors are else those of the SDK */
  make(device: NewDevice): Promise<PlayedDevice>;
  /** @throws ApiError */
  find(deviceId: string): Player;
  /** Plays it no more, and forgets its key; the stack keeps what it has of it. @throws ApiError */
  forget(deviceId: string): Promise<void>;
}

type Tools = Pick<ConsoleTools, 'clients' | 'feed' | 'signal'>;

export function createWorkbench(
  { clients, feed, signal }: Tools,
  laptop: Laptop,
  clock: RuntimeClock,
): Workbench {
  const players = new Map<string, Player>();
  /** Those that are being made. */
  const coming = new Set<string>();
  let isListening = false;
  const listen = () => {
    if (isListening) return;
    isListening = true;
    feed.listen((message) => {
      if (message.type !== 'lifecycle') return;
      for (const event of message.events) for (const player of players.values()) player.hear(event);
    }, signal);
    signal.addEventListener('abort', () => {
      for (const player of players.values()) void player.disconnect();
    });
  };
  const find = (deviceId: string): Player => {
    const player = players.get(deviceId);
    if (player !== undefined) return player;
    throw new ApiError('notFound', `This console plays no device ${deviceId}: make one.`);
  };
  return {
    list: () => [...players.values()].map((player) => player.describe()),
    async make({ deviceId, serialNumber }) {
      if (players.has(deviceId) || coming.has(deviceId)) {
        throw new ApiError('invalid', `${deviceId} is played already: give another name.`);
      }
      if (players.size + coming.size >= MAX_DEVICES) {
        throw new ApiError('invalid', `There are ${MAX_DEVICES} devices, as many as are played: remove one.`);
      }
      listen();
      coming.add(deviceId);
      try {
        await clock.read();
        const identity = await makeDevice(clients.iot, deviceId, laptop.devicePolicyName);
        const player = createPlayer({
          identity,
          serialNumber,
          laptop,
          now: clock.now,
          readConnectionEnd: (id, sinceMs) => readConnectionEnd(clients.logs, id, sinceMs),
        });
        players.set(deviceId, player);
        return player.describe();
      } finally {
        coming.delete(deviceId);
      }
    },
    find,
    async forget(deviceId) {
      const player = find(deviceId);
      players.delete(deviceId);
      await player.disconnect();
    },
  };
}
