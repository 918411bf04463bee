import { isDeepStrictEqual } from 'node:util';
import {
  type AnsweredRequest,
  type Device,
  findAnsweredRequest,
  type InvalidDevice,
  rememberRequest,
} from '../domain/device.ts';
import { claimsGained } from '../domain/identifiers.ts';
import { isExpired } from '../domain/retention.ts';
import { DeviceAlreadyRegistered, DeviceDecommissioned, IdentifierTaken, StaleRequest } from '../errors.ts';
import type { DeviceStore } from '../ports.ts';
import { CHANGED, untilUnchanged } from './attempts.ts';
import { type GhostDependencies, noteGhost } from './note-ghost.ts';

export interface RegisterDeviceInput {
  readonly deviceId: string;
  readonly serialNumber: string;
  readonly macAddress?: string | undefined;
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  /** The certificate that the device registered with. */
  readonly certificateId?: string | undefined;
  readonly requestId: string;
  readonly requestedAt: number;
  readonly correlationId?: string | undefined;
}

export interface RegisterDeviceResult {
  readonly deviceId: string;
  readonly version: number;
}

type RegisterDependencies = GhostDependencies & {
  readonly store: Pick<DeviceStore, 'register' | 'readDevice' | 'recordCertificate'>;
};

const toAnswered = ({ requestId, correlationId }: RegisterDeviceInput, version: number): AnsweredRequest => ({
  requestId,
  operation: 'register',
  version,
  ...(correlationId !== undefined && { correlationId }),
});

function toDevice(input: RegisterDeviceInput): Device {
  const { deviceId, serialNumber, macAddress, name, type, attributes, certificateId } = input;
  return {
    id: deviceId,
    serialNumber,
    ...(macAddress !== undefined && { macAddress }),
    ...(name !== undefined && { name }),
    ...(type !== undefined && { type }),
    attributes: attributes ?? {},
    version: 1,
    certificateIds: certificateId === undefined ? [] : [certificateId],
    registeredAt: input.requestedAt,
    updatedAt: input.requestedAt,
    requests: rememberRequest([], toAnswered(input, 1)),
  };
}

/** Whether a registration asks for nothing that the device does not have: a device that registers at each start. */
function asksForNothingNew(input: RegisterDeviceInput, device: Device): boolean {
  const { serialNumber, macAddress, name, type, attributes } = input;
  const isSame = (wanted: unknown, actual: unknown) =>
    wanted === undefined || isDeepStrictEqual(wanted, actual);
  return (
    claimsGained(device, { serialNumber, ...(macAddress !== undefined && { macAddress }) }).length === 0 &&
    isSame(name, device.name) &&
    isSame(type, device.type) &&
    isSame(attributes, device.attributes)
  );
}

/** A device that has got another certificate since it was registered. */
function hasNewCertificate({ certificateId }: RegisterDeviceInput, { certificateIds }: Device): boolean {
  return certificateId !== undefined && !certificateIds.includes(certificateId);
}

/** Adds the certificate to the device's, which all die with it. */
function recordCertificate(
  input: RegisterDeviceInput,
  context: RegisterDependencies,
): Promise<RegisterDeviceResult> {
  const { deviceId, certificateId, requestedAt } = input;
  return untilUnchanged(async () => {
    const current = await context.store.readDevice(deviceId, context);
    // It has left service since: as if the request came only now.
    if (current === undefined) return registerDevice(input, context);
    const { record } = current;
    if (certificateId === undefined || !hasNewCertificate(input, record)) {
      return { deviceId, version: record.version };
    }
    const version = record.version + 1;
    const device = {
      ...record,
      certificateIds: [...record.certificateIds, certificateId],
      version,
      updatedAt: Math.max(requestedAt, record.updatedAt),
      requests: rememberRequest(record.requests, toAnswered(input, version)),
    };
    const { outcome } = await context.store.recordCertificate(current, device, context);
    return outcome === 'recorded' ? { deviceId, version } : CHANGED;
  }, context);
}

/** The device has left service, or had before its retention ended: the answer of a request that was carried out before. */
async function answerDecommissioned(
  { deviceId, requestId, requestedAt }: RegisterDeviceInput,
  invalidDevice: InvalidDevice,
  context: RegisterDependencies,
): Promise<RegisterDeviceResult | typeof CHANGED> {
  const isGone = isExpired(invalidDevice, context.clock());
  // It was in the way when it was found, and its retention has ended since.
  if (isGone && requestedAt >= invalidDevice.decommission.requestedAt) return CHANGED;
  if (!isGone) await noteGhost(invalidDevice, { operation: 'register', receivedAt: requestedAt }, context);
  const answered = findAnsweredRequest(invalidDevice, { requestId, operation: 'register' });
  if (answered !== undefined) return { deviceId, version: answered.version };
  // Late: the device that it asks for has come, gone and expired since.
  throw isGone ? new StaleRequest(deviceId) : new DeviceDecommissioned(deviceId);
}

async function tryToRegister(
  input: RegisterDeviceInput,
  context: RegisterDependencies,
): Promise<RegisterDeviceResult | typeof CHANGED> {
  const { deviceId, requestId } = input;
  const result = await context.store.register(toDevice(input), context);
  switch (result.outcome) {
    case 'registered':
      return { deviceId, version: 1 };
    case 'deviceExists': {
      const answered = findAnsweredRequest(result.device, { requestId, operation: 'register' });
      if (answered !== undefined) return { deviceId, version: answered.version };
      if (!asksForNothingNew(input, result.device)) throw new DeviceAlreadyRegistered(deviceId);
      return hasNewCertificate(input, result.device)
        ? recordCertificate(input, context)
        : { deviceId, version: result.device.version };
    }
    case 'deviceDecommissioned':
      return answerDecommissioned(input, result.invalidDevice, context);
    case 'identifierTaken':
      throw new IdentifierTaken(result.attribute, result.value, result.owner);
  }
}

/**
 * Registers a device together with its claims on its unique values.
 * @throws DeviceAlreadyRegistered, DeviceDecommissioned, IdentifierTaken, StaleRequest
 */
export function registerDevice(
  input: RegisterDeviceInput,
  context: RegisterDependencies,
): Promise<RegisterDeviceResult> {
  return untilUnchanged(() => tryToRegister(input, context), context);
}
