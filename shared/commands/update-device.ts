import { storedBytes } from '../domain/attributes.ts';
import { type Device, findAnsweredRequest, rememberRequest } from '../domain/device.ts';
import {
  DeviceDecommissioned,
  IdentifierTaken,
  InvalidInput,
  StaleRequest,
  StaleVersion,
} from '../errors.ts';
import type { DeviceStore, Snapshot } from '../ports.ts';
import { CHANGED, untilUnchanged } from './attempts.ts';
import { findDecommissioned } from './missing-device.ts';
import { type GhostDependencies, noteGhost } from './note-ghost.ts';

/** A value sets, `null` removes, a missing key leaves, as in a device shadow. */
export interface UpdateDeviceInput {
  readonly deviceId: string;
  readonly name?: string | null | undefined;
  readonly attributes?: Readonly<Record<string, unknown>> | null | undefined;
  readonly serialNumber?: string | undefined;
  readonly macAddress?: string | null | undefined;
  /** The version that the change is made on top of; another one refuses it. */
  readonly version?: number | undefined;
  readonly requestId: string;
  readonly requestedAt: number;
  readonly correlationId?: string | undefined;
}

export interface UpdateDeviceResult {
  readonly deviceId: string;
  readonly version: number;
}

/** A record must fit into an item of 400 KB, here and with what a decommissioning adds. */
const MAX_ATTRIBUTES_BYTES = 256 * 1024;

const changed = <T>(current: T | undefined, change: T | null | undefined): T | undefined =>
  change === undefined ? current : (change ?? undefined);

function mergeAttributes(
  current: Device['attributes'],
  changes: UpdateDeviceInput['attributes'],
): Device['attributes'] {
  if (changes === undefined) return current;
  if (changes === null) return {};
  const merged = Object.entries({ ...current, ...changes }).filter(([, value]) => value !== null);
  const attributes = Object.fromEntries(merged);
  if (storedBytes(attributes) > MAX_ATTRIBUTES_BYTES) {
    throw new InvalidInput(
      `The attributes would exceed ${MAX_ATTRIBUTES_BYTES / 1024} KB. Remove some by setting them to null.`,
    );
  }
  return attributes;
}

function applyChanges(device: Device, input: UpdateDeviceInput): Device {
  const { name, macAddress, ...rest } = device;
  const nextName = changed(name, input.name);
  const nextMacAddress = changed(macAddress, input.macAddress);
  const version = device.version + 1;
  return {
    ...rest,
    serialNumber: input.serialNumber ?? device.serialNumber,
    ...(nextName !== undefined && { name: nextName }),
    ...(nextMacAddress !== undefined && { macAddress: nextMacAddress }),
    attributes: mergeAttributes(device.attributes, input.attributes),
    version,
    updatedAt: input.requestedAt,
    requests: rememberRequest(device.requests, {
      requestId: input.requestId,
      operation: 'update',
      version,
      ...(input.correlationId !== undefined && { correlationId: input.correlationId }),
    }),
  };
}

function refuseStale(device: Device, input: UpdateDeviceInput): void {
  if (input.version !== undefined && input.version !== device.version) {
    throw new StaleVersion(device.id, input.version, device.version);
  }
  if (input.requestedAt < device.updatedAt) throw new StaleRequest(device.id);
}

/**
 * Changes a device and its claims together. Requests are ordered by when they were made: a late one is refused.
 * @throws DeviceNotFound, DeviceDecommissioned, IdentifierTaken, StaleVersion, StaleRequest, InvalidInput
 */
export function updateDevice(
  input: UpdateDeviceInput,
  context: GhostDependencies & {
    readonly store: Pick<DeviceStore, 'readDevice' | 'readBoth' | 'readLastRestore' | 'update'>;
  },
): Promise<UpdateDeviceResult> {
  const { deviceId, requestId } = input;
  const { store } = context;
  const request = { requestId, operation: 'update' } as const;

  async function write(current: Snapshot<Device>) {
    const device = applyChanges(current.record, input);
    const movesMemory = device.serialNumber !== current.record.serialNumber;
    const lastRestore = movesMemory ? await store.readLastRestore(current.record, context) : undefined;
    const result = await store.update(current, { device, lastRestore }, context);
    switch (result.outcome) {
      case 'updated':
        return { deviceId, version: device.version };
      case 'changed':
        return CHANGED;
      case 'identifierTaken':
        throw new IdentifierTaken(result.attribute, result.value, result.owner);
    }
  }

  /** A repeated request gets its answer even when its device has left service since. */
  async function answerMissing() {
    const found = await findDecommissioned(deviceId, context);
    if (found === CHANGED) return CHANGED;
    await noteGhost(found, { operation: 'update', receivedAt: input.requestedAt }, context);
    const answered = findAnsweredRequest(found, request);
    if (answered === undefined) throw new DeviceDecommissioned(deviceId);
    return { deviceId, version: answered.version };
  }

  return untilUnchanged(async () => {
    const current = await store.readDevice(deviceId, context);
    if (current === undefined) return answerMissing();
    const answered = findAnsweredRequest(current.record, request);
    if (answered !== undefined) return { deviceId, version: answered.version };
    refuseStale(current.record, input);
    return write(current);
  }, context);
}
