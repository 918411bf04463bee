import { fromItem, type Item, toItem } from '../../../shared/adapters/device-store/records.ts';
import type { Device } from '../../../shared/domain/device.ts';
import { type Claim, claimsOf, guardId } from '../../../shared/domain/identifiers.ts';
import { isExpired } from '../../../shared/domain/retention.ts';
import type { IdentifierTakenOutcome } from '../../../shared/ports.ts';
import { problemOfItem } from './aws-limits.ts';

export type Table = Map<string, Item>;

/** The items of both tables; an item is never changed, but put anew. */
export interface MemoryTables {
  readonly devices: Table;
  readonly invalidDevices: Table;
}

/** An item that AWS would not take is what no input may lead to. */
export function put(table: Table, item: Item): void {
  const problem = problemOfItem(item);
  const id = item['id']?.S ?? '';
  if (problem !== undefined) throw new Error(`DynamoDB takes no item "${id.slice(0, 50)}": ${problem}`);
  table.set(id, item);
}

/** `undefined` removes an attribute, and every write but a step's takes the mark of the last step away. */
export function change(table: Table, id: string, changes: Readonly<Record<string, unknown>>): Item {
  const { step: _, ...item } = table.get(id) ?? {};
  for (const [name, value] of Object.entries(changes)) if (value === undefined) delete item[name];
  const changed = { ...item, ...toItem({ id, ...changes }) };
  put(table, changed);
  return changed;
}

/** The first of `claims` that another device has. `now`: epoch milliseconds. */
export function taken(
  devices: Table,
  claims: readonly Claim[],
  deviceId: string,
  now: number,
): IdentifierTakenOutcome | undefined {
  for (const claim of claims) {
    const guard = devices.get(guardId(claim));
    const owner = guard?.['deviceId']?.S;
    if (guard === undefined || owner === undefined || owner === deviceId) continue;
    if (!isExpired(fromItem(guard), now)) return { outcome: 'identifierTaken', ...claim, owner };
  }
  return undefined;
}

export function changeGuards(
  devices: Table,
  device: Device,
  changes: Readonly<Record<string, unknown>>,
): void {
  for (const claim of claimsOf(device)) change(devices, guardId(claim), { deviceId: device.id, ...changes });
}
