import { createHash } from 'node:crypto';
import type { CredentialsState, Decommission, Device, InvalidDevice } from '../domain/device.ts';
import { epochSeconds, type RetentionPolicy, retentionDaysFor, ttlAfter } from '../domain/retention.ts';
import { AlreadyDecommissioned, InvalidInput, StaleRequest } from '../errors.ts';
import type { DeviceStore, Executions, Snapshot, Timing } from '../ports.ts';
import { CHANGED, untilUnchanged } from './attempts.ts';
import { recall } from './last-restore.ts';
import { findDecommissioned } from './missing-device.ts';

export interface DecommissionDeviceInput {
  readonly deviceId: string;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestId: string;
  readonly requestedAt: number;
  readonly source: Decommission['source'];
  readonly retentionDays?: number | undefined;
  /** Epoch seconds; until then the device stays in service. */
  readonly notBefore?: number | undefined;
  readonly legalHold?: boolean | undefined;
  readonly correlationId?: string | undefined;
}

/** `ttl` is in epoch seconds, and absent under legal hold. */
export interface DecommissionDeviceResult {
  readonly deviceId: string;
  readonly outcome: 'decommissioned' | 'alreadyDecommissioned';
  readonly ttl?: number;
  readonly credentials: CredentialsState;
}

export interface ScheduledResult {
  readonly deviceId: string;
  readonly outcome: 'scheduled';
  readonly notBefore: number;
}

export interface DecommissionDependencies extends Timing {
  readonly store: Pick<DeviceStore, 'readDevice' | 'readBoth' | 'readLastRestore' | 'decommission'>;
  readonly retention: RetentionPolicy;
}

/** An execution ends after a year at the latest, and has to have some time left for the work. */
const MAX_WAIT_SECONDS = 364 * 86_400;

const answer = (
  deviceId: string,
  outcome: DecommissionDeviceResult['outcome'],
  { ttl, credentials }: Pick<InvalidDevice, 'ttl' | 'credentials'>,
): DecommissionDeviceResult => ({ deviceId, outcome, ...(ttl !== undefined && { ttl }), credentials });

/** A request for later counts as made then, so that a restore before does not supersede it. */
const effectiveRequestedAt = ({ requestedAt, notBefore }: DecommissionDeviceInput) =>
  notBefore === undefined ? requestedAt : Math.max(requestedAt, notBefore * 1000);

function toDecommission(input: DecommissionDeviceInput, at: number): Decommission {
  const { reason, requestedBy, requestId, source, legalHold, correlationId } = input;
  return {
    at,
    reason,
    requestedBy,
    requestId,
    requestedAt: effectiveRequestedAt(input),
    source,
    ...(legalHold === true && { legalHold }),
    ...(correlationId !== undefined && { correlationId }),
  };
}

async function move(
  current: Snapshot<Device>,
  input: DecommissionDeviceInput,
  dependencies: DecommissionDependencies,
): Promise<DecommissionDeviceResult | typeof CHANGED> {
  const { deviceId } = input;
  const { store, retention } = dependencies;
  const nowEpochMs = dependencies.clock();
  const decommission = toDecommission(input, nowEpochMs);
  const days = retentionDaysFor(retention, { type: current.record.type, requestedDays: input.retentionDays });
  const ttl = input.legalHold === true ? undefined : ttlAfter(nowEpochMs, days);
  const result = await store.decommission(current, { decommission, ttl }, dependencies);
  switch (result.outcome) {
    case 'decommissioned':
      return answer(deviceId, 'decommissioned', {
        credentials: 'pending',
        ...(ttl !== undefined && { ttl }),
      });
    case 'changed':
      return CHANGED;
    case 'superseded': {
      const { undone } = result.lastRestore;
      if (undone.requestId === input.requestId) return answer(deviceId, 'decommissioned', undone);
      throw new StaleRequest(deviceId);
    }
  }
}

/** The device is not in service: the repetition of a request that was done, or a device that had left before. */
async function answerMissing(
  { deviceId, requestId, legalHold }: DecommissionDeviceInput,
  dependencies: DecommissionDependencies,
): Promise<DecommissionDeviceResult | typeof CHANGED> {
  const found = await findDecommissioned(deviceId, dependencies);
  if (found === CHANGED) return CHANGED;
  if (found.decommission.requestId === requestId) return answer(deviceId, 'decommissioned', found);
  const answered = await recall(
    found,
    ({ undone }) => (undone.requestId === requestId ? answer(deviceId, 'decommissioned', undone) : undefined),
    dependencies,
  );
  if (answered !== undefined) return answered;
  if (legalHold === true && found.ttl !== undefined) throw new AlreadyDecommissioned(deviceId, found.ttl);
  return answer(deviceId, 'alreadyDecommissioned', found);
}

/**
 * Moves a device out of service, in one transaction. A `notBefore` that lies ahead moves nothing yet, but what would
 * fail without waiting fails at once.
 * @throws DeviceNotFound, AlreadyDecommissioned, InvalidInput, StaleRequest when the device was registered or restored after this request was made
 */
export function decommissionDevice(
  input: DecommissionDeviceInput & { readonly notBefore?: undefined },
  dependencies: DecommissionDependencies,
): Promise<DecommissionDeviceResult>;
export function decommissionDevice(
  input: DecommissionDeviceInput,
  dependencies: DecommissionDependencies,
): Promise<DecommissionDeviceResult | ScheduledResult>;
export async function decommissionDevice(
  input: DecommissionDeviceInput,
  dependencies: DecommissionDependencies,
): Promise<DecommissionDeviceResult | ScheduledResult> {
  const { deviceId, notBefore } = input;
  const now = epochSeconds(dependencies.clock());
  if (notBefore !== undefined && notBefore > now + MAX_WAIT_SECONDS) {
    throw new InvalidInput('notBefore: lies more than 364 days ahead, longer than an execution can wait.');
  }
  return untilUnchanged<DecommissionDeviceResult | ScheduledResult>(async () => {
    const current = await dependencies.store.readDevice(deviceId, dependencies);
    if (current === undefined) return answerMissing(input, dependencies);
    if (input.requestedAt < current.record.registeredAt) throw new StaleRequest(deviceId);
    if (notBefore === undefined || notBefore <= now) return move(current, input, dependencies);
    return { deviceId, outcome: 'scheduled', notBefore };
  }, dependencies);
}

/** A name that the same request gets each time; ids may be longer than the 80 characters that AWS allows. */
function executionName({ deviceId, requestId, notBefore }: DecommissionDeviceInput): string {
  const digest = createHash('sha256').update(`${deviceId}#${notBefore}#${requestId}`).digest('hex');
  return `scheduled-${digest.slice(0, 40)}`;
}

/**
 * The same for a caller that cannot wait: what lies ahead is left to an execution.
 * @throws as {@link decommissionDevice}
 */
export async function decommissionOrSchedule(
  input: DecommissionDeviceInput,
  dependencies: DecommissionDependencies & {
    readonly executions: Executions;
  },
): Promise<DecommissionDeviceResult | ScheduledResult> {
  const result = await decommissionDevice(input, dependencies);
  if (result.outcome === 'scheduled') {
    const { deviceId, reason, requestedBy, requestId, notBefore, correlationId } = input;
    await dependencies.executions.start(executionName(input), {
      deviceId,
      reason,
      requestedBy,
      requestId,
      notBefore,
      correlationId,
    });
  }
  return result;
}
