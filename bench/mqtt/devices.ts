import { connectDevice, type Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import type { Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createFleet } from '../identities.ts';

/** How many requests to AWS IoT and to the service are on their way at once. */
const CONCURRENCY = 16;

/** Calls `operation` for each item, a few at a time, and gives the results in the order of the items. */
async function forEach<T, R>(items: readonly T[], operation: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await operation(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return results;
}

/** Things with certificates, as a factory makes them. */
export async function makeIdentities(stack: RunningStack, count: number): Promise<Identity[]> {
  const fleet = await createFleet(stack);
  try {
    const names = Array.from({ length: count }, (_, index) => `bench-${index}`);
    return await forEach(names, (name) => fleet.make(name));
  } finally {
    fleet.close();
  }
}

/** Connects all of them in the same moment. */
export function connectAll(stack: RunningStack, identities: readonly Identity[]): Promise<Device[]> {
  return Promise.all(identities.map((identity) => connectDevice(stack, identity)));
}

export async function registerAll(devices: readonly Device[]): Promise<void> {
  await forEach(devices, async (device) => {
    const { verdict } = await device.request('register', { serialNumber: `SN-${device.deviceId}` });
    if (verdict !== 'accepted') throw new Error(`${device.deviceId} was ${verdict}.`);
  });
}
