import { decommissionDevice } from '../../../shared/commands/decommission-device.ts';
import { holdDevice } from '../../../shared/commands/hold-device.ts';
import type { GhostDependencies } from '../../../shared/commands/note-ghost.ts';
import { purgeDevice } from '../../../shared/commands/purge-device.ts';
import { recordHeartbeat } from '../../../shared/commands/record-heartbeat.ts';
import { registerDevice } from '../../../shared/commands/register-device.ts';
import { releaseDevice } from '../../../shared/commands/release-device.ts';
import { restoreDevice } from '../../../shared/commands/restore-device.ts';
import { updateDevice } from '../../../shared/commands/update-device.ts';
import type { InvalidDevice } from '../../../shared/domain/device.ts';
import type { DeviceStore } from '../../../shared/ports.ts';
import { Violation } from './violation.ts';

type Context = GhostDependencies & { readonly store: DeviceStore };

async function outcomeOf(attempt: Promise<object>): Promise<string> {
  return attempt.then(
    () => 'accepted',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
}

/**
 * Asks for an expired record in every way: nobody may find it, and its serial number is free.
 * @throws Violation of "expired is gone"
 */
export async function probeExpired(
  { id: deviceId, serialNumber }: InvalidDevice,
  isSerialNumberFree: boolean,
  context: Context,
): Promise<void> {
  const requestedAt = context.clock();
  const request = { deviceId, requestId: 'probe', requestedAt };
  const operator = { ...request, requestedBy: 'operator' };
  const retention = { defaultDays: 1, byType: {} };
  const probes: readonly (readonly [expected: string, what: string, attempt: () => Promise<object>])[] = [
    ['RetentionExpired', 'restore', () => restoreDevice(operator, context)],
    ['RetentionExpired', 'hold', () => holdDevice({ ...operator, reason: 'probe' }, context)],
    ['RetentionExpired', 'release', () => releaseDevice(operator, { ...context, retention })],
    ['DeviceNotFound', 'update', () => updateDevice({ ...request, name: 'probe' }, context)],
    ['DeviceNotFound', 'heartbeat', () => recordHeartbeat({ deviceId, lastSeenAt: requestedAt }, context)],
    ['DeviceNotFound', 'purge', () => purgeDevice({ ...operator, reason: 'probe' }, context)],
    [
      'DeviceNotFound',
      'decommission',
      () =>
        decommissionDevice({ ...operator, reason: 'probe', source: 'execution' }, { ...context, retention }),
    ],
  ];
  for (const [expected, what, attempt] of probes) {
    const outcome = await outcomeOf(attempt());
    if (outcome !== expected) {
      throw new Violation('expired is gone', `${what} of the expired "${deviceId}" ended with ${outcome}`);
    }
  }
  const heir = { ...request, deviceId: `heir-of-${deviceId}`, serialNumber };
  const outcome = await outcomeOf(registerDevice(heir, context));
  if (isSerialNumberFree && outcome !== 'accepted') {
    throw new Violation(
      'expired is gone',
      `the serial number of the expired "${deviceId}" is not free: ${outcome}`,
    );
  }
}
