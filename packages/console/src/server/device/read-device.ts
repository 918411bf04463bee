import { describeDevice } from '@device-lifecycle/operator/device/describe.ts';
import { readRecords } from '@device-lifecycle/operator/device/reader.ts';
import type { DeviceRecords, StoredRecord } from '@device-lifecycle/operator/device/records.ts';
import type { DeviceAnswer, DeviceState, Guard } from '../../contract/device.ts';
import { stackTime } from '../stack-time.ts';
import type { ConsoleTools } from '../tools.ts';
import { factsOf, moveOf } from './record-facts.ts';

/** What the tables have of a device, and what time it is for them. Errors are those of the SDK. */
export async function readDevice(
  { clients, stack, clock }: Pick<ConsoleTools, 'clients' | 'stack' | 'clock'>,
  deviceId: string,
): Promise<DeviceAnswer> {
  const records = await readRecords(clients.dynamoDb, stack.tables, deviceId);
  return answerOf(deviceId, records, await stackTime(stack, clock));
}

/** `nowMs`: epoch milliseconds. */
export function answerOf(deviceId: string, records: DeviceRecords, nowMs: number): DeviceAnswer {
  const { device, invalidDevice, purge, guards } = records;
  const described = describeDevice(deviceId, records, nowMs);
  const { state, legalHold, problems, credentials } = described;
  const expiresAtMs = state === 'decommissioned' ? untilOf(invalidDevice) : undefined;
  const { pendingSince } = device ?? invalidDevice ?? purge ?? {};
  return {
    deviceId,
    nowMs,
    state: stateAt(state, expiresAtMs, nowMs),
    isHeld: legalHold,
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    ...(typeof credentials === 'string' && { credentials }),
    ...(typeof pendingSince === 'number' && { pendingSince }),
    record: factsOf(device ?? invalidDevice ?? {}),
    guards: guards.map(guardOf),
    problems,
    purge: moveOf(purge?.['purge']),
    items: itemsOf(records),
  };
}

function stateAt(
  state: Exclude<DeviceState, 'expired'>,
  expiresAtMs: number | undefined,
  nowMs: number,
): DeviceState {
  return state === 'decommissioned' && expiresAtMs !== undefined && expiresAtMs <= nowMs ? 'expired' : state;
}

/** `ttl` is in epoch seconds. */
function untilOf(item: StoredRecord | undefined): number | undefined {
  const ttl = item?.['ttl'];
  return typeof ttl === 'number' ? ttl * 1_000 : undefined;
}

function guardOf({ id, guard }: DeviceRecords['guards'][number]): Guard {
  const deviceId = guard?.['deviceId'];
  return { id, deviceId: typeof deviceId === 'string' ? deviceId : undefined, untilMs: untilOf(guard) };
}

function itemsOf({ device, invalidDevice, purge, guards }: DeviceRecords): DeviceAnswer['items'] {
  return {
    ...(device !== undefined && { device }),
    ...(invalidDevice !== undefined && { invalidDevice }),
    ...(purge !== undefined && { purge }),
    guards: guards.map(({ guard }) => guard).filter((guard) => guard !== undefined),
  };
}
