import type { Device } from './device.ts';

/** `[A-Za-z0-9:_-]{1,128}`: what AWS IoT accepts as a thing name. */
export const DEVICE_ID_PATTERN = /^[A-Za-z0-9:_-]{1,128}$/;

/** EUI-48 or EUI-64 in hexadecimal, its octets separated by `:` or `-` or not at all. */
export const MAC_ADDRESS_PATTERN =
  /^[0-9a-f]{2}(?:([:-]?)[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}(?:(?:\1[0-9a-f]{2}){2})?)$/i;

/** The attributes whose values at most one device may have. */
export type UniqueAttribute = 'serialNumber' | 'macAddress';

/** A unique value that a device claims. */
export interface Claim {
  readonly attribute: UniqueAttribute;
  readonly value: string;
}

/** One notation for a MAC address, whatever its case and separators: `02:00:5E:10:00:0A`. */
function canonicalMacAddress(macAddress: string): string {
  const digits = macAddress.replaceAll(/[^0-9a-f]/gi, '').toUpperCase();
  return digits.match(/../g)?.join(':') ?? digits;
}

/** The unique values of a device in the notation that they are compared in, the serial number first. */
export function claimsOf({ serialNumber, macAddress }: Pick<Device, UniqueAttribute>): readonly Claim[] {
  const claims: Claim[] = [{ attribute: 'serialNumber', value: serialNumber }];
  if (macAddress !== undefined) {
    claims.push({ attribute: 'macAddress', value: canonicalMacAddress(macAddress) });
  }
  return claims;
}

/** The id of the guard item of a claim. `#` is not legal in a device id, so the two cannot collide. */
export function guardId({ attribute, value }: Claim): string {
  return `${attribute}#${value}`;
}

/** Claims of `next` that `previous` does not have. */
export function claimsGained(
  previous: Pick<Device, UniqueAttribute>,
  next: Pick<Device, UniqueAttribute>,
): readonly Claim[] {
  const held = new Set(claimsOf(previous).map(guardId));
  return claimsOf(next).filter((claim) => !held.has(guardId(claim)));
}
