import { createRandom, type Random } from '@device-lifecycle/test-kit/random.ts';
import type { DecommissionDeviceInput } from '../../../shared/commands/decommission-device.ts';
import type { HoldDeviceInput } from '../../../shared/commands/hold-device.ts';
import type { PurgeDeviceInput } from '../../../shared/commands/purge-device.ts';
import type { RecordHeartbeatInput } from '../../../shared/commands/record-heartbeat.ts';
import type { RecordPresenceInput } from '../../../shared/commands/record-presence.ts';
import type { RegisterDeviceInput } from '../../../shared/commands/register-device.ts';
import type { ReleaseDeviceInput } from '../../../shared/commands/release-device.ts';
import type { RestoreDeviceInput } from '../../../shared/commands/restore-device.ts';
import type { UpdateDeviceInput } from '../../../shared/commands/update-device.ts';

export type Operation =
  | { readonly operation: 'register'; readonly input: RegisterDeviceInput }
  | { readonly operation: 'update'; readonly input: UpdateDeviceInput }
  | { readonly operation: 'heartbeat'; readonly input: RecordHeartbeatInput }
  | { readonly operation: 'presence'; readonly input: RecordPresenceInput }
  | { readonly operation: 'decommission'; readonly input: DecommissionDeviceInput }
  | { readonly operation: 'restore'; readonly input: RestoreDeviceInput }
  | { readonly operation: 'hold'; readonly input: HoldDeviceInput }
  | { readonly operation: 'release'; readonly input: ReleaseDeviceInput }
  | { readonly operation: 'purge'; readonly input: PurgeDeviceInput };

/** A request, and when it comes: as long after the start. Times are milliseconds of the round's clock. */
export type PlannedRequest = Operation & { readonly comesAfterMs: number };

export const DEVICE_IDS = ['pump', 'valve', 'fan', 'lamp', 'lock'] as const;
const SERIAL_NUMBERS = ['SN-1', 'SN-2', 'SN-3', 'SN-4', 'SN-5', 'SN-6', 'SN-7', 'SN-8'];
const MAC_ADDRESSES = ['02:00:5e:10:00:01', '02-00-5E-10-00-01', '02:00:5e:10:00:02', '02005E100003'];
const DUPLICATES = 0.25;
/** Retentions of a few seconds run out within the round; of the others, none does. */
const RETENTION_SECONDS = [1, 2, 4, 3_600, 3_600];
/** By then each device has asked to be registered. */
const EARLY_MS = 400;
const SECONDS_PER_DAY = 86_400;

/** What a request is made from. */
export interface Draft {
  readonly random: Random;
  /** Of those that all devices want. */
  readonly serialNumbers: readonly string[];
  readonly deviceId: string;
  readonly requestId: string;
  readonly requestedAt: number;
}

const maybe = <T>({ random }: Draft, probability: number, value: () => T): T | undefined =>
  random.chance(probability) ? value() : undefined;

/** A registration under the one or the other serial number. */
export function draftRegister(draft: Draft): Operation {
  const { random, serialNumbers, deviceId, requestId, requestedAt } = draft;
  const input = {
    deviceId,
    requestId,
    requestedAt,
    serialNumber: random.pick(serialNumbers),
    macAddress: maybe(draft, 0.5, () => random.pick(MAC_ADDRESSES)),
    name: maybe(draft, 0.5, () => `registered by ${requestId}`),
    attributes: { registeredBy: requestId },
  };
  return { operation: 'register', input };
}

function draftUpdate(draft: Draft): Operation {
  const { random, serialNumbers, deviceId, requestId, requestedAt } = draft;
  const input = {
    deviceId,
    requestId,
    requestedAt,
    name: maybe(draft, 0.3, () => (random.chance(0.2) ? null : `updated by ${requestId}`)),
    attributes: { updatedBy: requestId, ...(random.chance(0.2) && { registeredBy: null }) },
    serialNumber: maybe(draft, 0.3, () => random.pick(serialNumbers)),
    version: maybe(draft, 0.1, () => 1 + random.below(4)),
    macAddress: maybe(draft, 0.3, () => (random.chance(0.3) ? null : random.pick(MAC_ADDRESSES))),
  };
  return { operation: 'update', input };
}

function draftDecommission({ random, deviceId, requestId, requestedAt }: Draft): Operation {
  const isHeld = random.chance(0.15);
  const until = isHeld
    ? { legalHold: true }
    : { retentionDays: random.pick(RETENTION_SECONDS) / SECONDS_PER_DAY };
  const who = { reason: `because of ${requestId}`, requestedBy: 'operator', source: 'execution' } as const;
  return { operation: 'decommission', input: { deviceId, requestId, requestedAt, ...who, ...until } };
}

function draftPresence({ random, deviceId, requestedAt }: Draft): Operation {
  const session = random.below(40);
  const presence = {
    connected: random.chance(0.5),
    sessionIdentifier: `session-${session}`,
    versionNumber: session,
    at: requestedAt,
  };
  return { operation: 'presence', input: { deviceId, presence } };
}

function draftRelease(draft: Draft): Operation {
  const { random, deviceId, requestId, requestedAt } = draft;
  const retentionDays = maybe(draft, 0.5, () => random.pick(RETENTION_SECONDS) / SECONDS_PER_DAY);
  return {
    operation: 'release',
    input: { deviceId, requestId, requestedAt, requestedBy: 'counsel', retentionDays },
  };
}

/** How often each kind of request is made, and how. */
export const DRAFTS: readonly (readonly [weight: number, draft: (draft: Draft) => Operation])[] = [
  [18, draftRegister],
  [20, draftUpdate],
  [
    16,
    ({ deviceId, requestedAt }) => ({ operation: 'heartbeat', input: { deviceId, lastSeenAt: requestedAt } }),
  ],
  [8, draftPresence],
  [20, draftDecommission],
  [
    18,
    ({ deviceId, requestId, requestedAt }) => ({
      operation: 'restore',
      input: { deviceId, requestId, requestedAt, requestedBy: 'operator' },
    }),
  ],
  [
    14,
    ({ deviceId, requestId, requestedAt }) => ({
      operation: 'hold',
      input: { deviceId, requestId, requestedAt, reason: 'case 4711', requestedBy: 'counsel' },
    }),
  ],
  [14, draftRelease],
  [
    8,
    ({ deviceId, requestId, requestedAt }) => ({
      operation: 'purge',
      input: { deviceId, requestId, requestedAt, reason: 'as asked', requestedBy: 'operator' },
    }),
  ],
];

/**
 * Requests that come within `spanMs`, a quarter of them repetitions of others: under the same id, at about the same
 * time or any time later.
 */
export function planRequests(options: {
  readonly seed: number;
  readonly count: number;
  readonly startEpochMs: number;
  readonly spanMs: number;
}): readonly PlannedRequest[] {
  const { seed, count, startEpochMs, spanMs } = options;
  const random = createRandom(seed);
  const requests: PlannedRequest[] = [];
  for (let index = 0; index < count; index += 1) {
    const [first] = requests;
    if (first !== undefined && index >= DEVICE_IDS.length && random.chance(DUPLICATES)) {
      const original = random.pick(requests);
      const latenessMs = random.chance(0.5) ? random.below(200) : random.below(spanMs);
      requests.push({ ...original, comesAfterMs: original.comesAfterMs + latenessMs });
      continue;
    }
    const isEarly = index < DEVICE_IDS.length;
    const comesAfterMs = random.below(isEarly ? EARLY_MS : spanMs);
    const requestedAt = startEpochMs + Math.max(0, comesAfterMs - random.below(300));
    const draft = {
      random,
      serialNumbers: SERIAL_NUMBERS,
      deviceId: DEVICE_IDS[index] ?? random.pick(DEVICE_IDS),
      requestId: `request-${index}`,
      requestedAt,
    };
    const operation = isEarly ? draftRegister(draft) : random.weighted(DRAFTS)(draft);
    requests.push({ ...operation, comesAfterMs });
  }
  return requests;
}
