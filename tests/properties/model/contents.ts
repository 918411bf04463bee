import { isDeepStrictEqual } from 'node:util';
import type { Action } from './actions.ts';
import type { Outcome } from './outcome.ts';

/** What a device says of itself. */
export interface Contents {
  readonly serialNumber: string;
  readonly macAddress?: string;
  readonly name?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

type Wanted<Kind extends 'register' | 'update'> = Pick<
  Extract<Action, { kind: Kind }>,
  keyof Contents & keyof Extract<Action, { kind: Kind }>
>;

const macOf = (macAddress: string | undefined) => macAddress?.replaceAll(/[:-]/g, '').toLowerCase();

/** Whether the device is already what a registration wants it to be. */
export function asksForNothingNew(wanted: Wanted<'register'>, device: Contents): boolean {
  const isSame = (value: unknown, actual: unknown) => value === undefined || isDeepStrictEqual(value, actual);
  return (
    wanted.serialNumber === device.serialNumber &&
    isSame(macOf(wanted.macAddress), macOf(device.macAddress)) &&
    isSame(wanted.name, device.name) &&
    isSame(wanted.attributes, device.attributes)
  );
}

const chosen = <T>(current: T | undefined, change: T | null | undefined): T | undefined =>
  change === undefined ? current : (change ?? undefined);

/** The device with its contents as an update makes them. */
export function changed<T extends Contents>(
  device: T,
  wanted: Wanted<'update'>,
): Omit<T, 'macAddress' | 'name'> & Contents {
  const { macAddress: knownMacAddress, name: knownName, ...rest } = device;
  const macAddress = chosen(knownMacAddress, wanted.macAddress);
  const name = chosen(knownName, wanted.name);
  const attributes = Object.entries({ ...device.attributes, ...wanted.attributes });
  return {
    ...rest,
    serialNumber: wanted.serialNumber ?? device.serialNumber,
    ...(macAddress !== undefined && { macAddress }),
    ...(name !== undefined && { name }),
    attributes: Object.fromEntries(attributes.filter(([, value]) => value !== null)),
  };
}

/** Why an update comes too late, if it does. */
export function staleness(
  device: { readonly version: number; readonly updatedAt: number },
  wanted: { readonly requestedAt: number; readonly version: number | undefined },
): Outcome | undefined {
  if (wanted.version !== undefined && wanted.version !== device.version) return 'StaleVersion';
  return wanted.requestedAt < device.updatedAt ? 'StaleRequest' : undefined;
}
