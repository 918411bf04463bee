import type { Device, InvalidDevice } from '../../domain/device.ts';
import { claimsOf } from '../../domain/identifiers.ts';
import { anyOf, isAbsent, isExpiredFrom, isFreeFor } from './conditions.ts';
import { claimGuard, identifierTaken } from './guards.ts';
import { check, put } from './items.ts';
import { transact } from './lifecycle-transaction.ts';
import type { Operation } from './operation.ts';
import { stepOf, toItem, toSnapshot } from './records.ts';
import { unexplained } from './transact.ts';

/** A device and its guards, if it is in neither table and nobody else has its unique values. */
export const register: Operation<'register'> = (context) => async (device, timing) => {
  const { devices, invalidDevices } = context.tables;
  const claims = claimsOf(device);
  const itemsAt = (now: number) => [
    put(devices, toItem({ ...device, step: stepOf('register') }), isAbsent),
    check(invalidDevices, device.id, anyOf(isAbsent, isExpiredFrom(now, device.registeredAt))),
    ...claims.map((claim) => put(devices, claimGuard(claim, device.id), isFreeFor(device.id, now))),
  ];
  const result = await transact('register', context, itemsAt, timing);
  if (result.outcome === 'committed') return { outcome: 'registered' };
  const existing = result.failed.get(0)?.existing;
  if (existing !== undefined) {
    return { outcome: 'deviceExists', device: toSnapshot<Device>(existing).record };
  }
  const invalid = result.failed.get(1)?.existing;
  if (invalid !== undefined) {
    return { outcome: 'deviceDecommissioned', invalidDevice: toSnapshot<InvalidDevice>(invalid).record };
  }
  const taken = identifierTaken(claims, result.failed, 2);
  if (taken !== undefined) return taken;
  throw unexplained(
    `The registration of "${device.id}" was cancelled without a cause.`,
    result.failed,
    timing,
  );
};
