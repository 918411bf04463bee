import { isDeviceId } from '../device/device-id.ts';
import { printableLine } from '../output/printable.ts';

const SHOWN_CHARACTERS = 60;

/** Why this is no device id; absent when it is one. */
export function problemOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return 'has no deviceId';
  if (isDeviceId(text)) return undefined;
  const shown = printableLine(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
  if (text.includes('\uFFFD')) return `"${shown}" is not UTF-8`;
  return `"${shown}" is not a deviceId, which has 1 to 128 of the characters A-Z a-z 0-9 : _ -`;
}
