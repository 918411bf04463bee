import type { StoredRecord } from './records.ts';

/** The ids of the guards of a record's unique values; MAC addresses in the notation that they are compared in. */
export function guardIdsOf({ serialNumber, macAddress }: StoredRecord): readonly string[] {
  return [
    ...(typeof serialNumber === 'string' ? [serialNumberGuard(serialNumber)] : []),
    ...(typeof macAddress === 'string' ? [macAddressGuard(macAddress)] : []),
  ];
}

export const serialNumberGuard = (serialNumber: string): string => `serialNumber#${serialNumber}`;

export function macAddressGuard(macAddress: string): string {
  const digits = macAddress.replaceAll(/[^0-9a-f]/gi, '').toUpperCase();
  return `macAddress#${digits.match(/../g)?.join(':') ?? digits}`;
}
