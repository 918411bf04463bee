import { signal } from '@preact/signals';
import type {
  DeviceMessage,
  NewDevice,
  PlayedDevice,
  PlayedDeviceDetails,
} from '../../../contract/laptop.ts';
import { send } from '../../api/client.ts';
import type { Step } from './guide-steps.ts';

/** Which device is looked at, also when one comes back to the view. */
export const chosenId = signal<string | undefined>(undefined);
/** What was skipped in the guide, by device. */
export const skippedSteps = signal<ReadonlyMap<string, ReadonlySet<Step>>>(new Map());

export function skip(deviceId: string, step: Step): void {
  const before = skippedSteps.value.get(deviceId) ?? [];
  skippedSteps.value = new Map(skippedSteps.value).set(deviceId, new Set([...before, step]));
}

export const pathOfDevice = (deviceId: string): string => `/laptop/devices/${encodeURIComponent(deviceId)}`;

export const topicOf = (deviceId: string, operation: string): string => `devices/${deviceId}/${operation}`;

/** A thing with a certificate. Rejects with ApiProblem, as all that follows. */
export const makeDevice = (device: NewDevice): Promise<PlayedDevice> =>
  send('POST', '/laptop/devices', device);

export const publish = (deviceId: string, message: DeviceMessage): Promise<PlayedDevice> =>
  send('POST', `${pathOfDevice(deviceId)}/messages`, message);

/** One of the service's own operations, with a JSON object as its payload. */
export const request = (deviceId: string, operation: string, payload: object = {}): Promise<PlayedDevice> =>
  publish(deviceId, { topic: topicOf(deviceId, operation), payload: JSON.stringify(payload) });

export const register = ({ deviceId, serialNumber }: NewDevice): Promise<PlayedDevice> =>
  request(deviceId, 'register', { serialNumber });

export const connect = (deviceId: string): Promise<PlayedDevice> =>
  send('POST', `${pathOfDevice(deviceId)}/connection`);

export const disconnect = (deviceId: string): Promise<PlayedDevice> =>
  send('DELETE', `${pathOfDevice(deviceId)}/connection`);

/** The console plays it no more. */
export const forget = (deviceId: string): Promise<object> => send('DELETE', pathOfDevice(deviceId));

/** What is known of the chosen device, and how to have it read anew. */
export interface Chosen {
  readonly device: PlayedDeviceDetails;
  reload(): void;
}
