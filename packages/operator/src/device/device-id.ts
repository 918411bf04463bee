import { UsageError } from '../errors.ts';

/** As AWS IoT's thing names and the service's own check: see docs/messages.md. */
const DEVICE_ID = /^[A-Za-z0-9:_-]{1,128}$/;

export const isDeviceId = (text: string): boolean => DEVICE_ID.test(text);

/** The one device that a command line names. @throws UsageError */
export function readDeviceId([deviceId, ...others]: readonly string[]): string {
  if (deviceId === undefined || others.length > 0) {
    throw new UsageError('Give one device id; "npx devicectl fleet" works on files of many.');
  }
  if (isDeviceId(deviceId)) return deviceId;
  throw new UsageError(
    `"${deviceId}" is not a device id: those are 1 to 128 of the characters A-Z a-z 0-9 : _ -.`,
  );
}
