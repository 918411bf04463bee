import { isDeepStrictEqual } from 'node:util';
import type { Device, Guard, InvalidDevice } from '../../../shared/domain/device.ts';
import { claimsOf, guardId } from '../../../shared/domain/identifiers.ts';
import type { Change } from '../../support/table-changes.ts';
import { type Invariant, Violation } from './violation.ts';

/** `haunted`: a message came while it was out of service; `holdRequested`: a hold or a release had nothing to do. */
type AfterlifeKind = 'haunted' | 'held' | 'released' | 'holdRequested';

/** What became of one device, step by step. */
export type LifeEvent =
  | { readonly kind: 'registered'; readonly after: Device; readonly replaced: InvalidDevice | undefined }
  | { readonly kind: 'changed'; readonly before: Device; readonly after: Device }
  | {
      readonly kind: 'decommissioned';
      readonly before: Device;
      readonly after: InvalidDevice;
      readonly replaced: InvalidDevice | undefined;
    }
  | {
      readonly kind: AfterlifeKind;
      readonly before: InvalidDevice;
      readonly after: InvalidDevice;
    }
  | {
      readonly kind: 'restored';
      readonly before: InvalidDevice;
      readonly after: Device;
      readonly requestId: string;
    }
  | { readonly kind: 'purged'; readonly before: InvalidDevice };

export interface DeviceHistory {
  readonly deviceId: string;
  readonly events: readonly LifeEvent[];
  /** Where its records are after the last event. */
  readonly active: Device | undefined;
  readonly lying: InvalidDevice | undefined;
}

export interface TableChanges {
  readonly devices: readonly Change[];
  readonly invalidDevices: readonly Change[];
}

const idOf = ({ before, after }: Change) => after?.id ?? before?.id;

/** The request that brought a device back at a position of the stream: written to its guard in the same transaction. */
function restoreRequestId(devices: readonly Change[], position: number, { id, version }: Device): string {
  for (const { after } of devices.slice(Math.max(0, position - 3), position + 4)) {
    const guard = after as unknown as Guard | undefined;
    if (guard?.deviceId === id && guard.lastRestore?.version === version) return guard.lastRestore.requestId;
  }
  throw new Violation('idempotence', `no guard remembers what restored "${id}" to version ${version}`);
}

/**
 * Whether a change is of these attributes alone; that it takes the mark of the last step away is for the readers of the
 * stream.
 */
function changesOnly({ before, after }: Change, ...attributes: readonly (keyof InvalidDevice)[]): boolean {
  if (before === undefined || after === undefined) return false;
  const rest = Object.fromEntries(['step', ...attributes].map((attribute) => [attribute, undefined]));
  return isDeepStrictEqual({ ...before, ...rest }, { ...after, ...rest });
}

/** What becomes of a record while it lies there; `undefined` for its arrival, its departure, and what may not be. */
function afterlifeKind(change: Change): AfterlifeKind | undefined {
  if (changesOnly(change, 'ghost')) return 'haunted';
  if (changesOnly(change, 'holdRequestedAt')) return 'holdRequested';
  const isHeldBefore = change.before?.['ttl'] === undefined;
  const isHeld = change.after?.['ttl'] === undefined;
  if (isHeld && !isHeldBefore && changesOnly(change, 'ttl', 'hold', 'holdRequestedAt')) return 'held';
  if (!isHeld && isHeldBefore && changesOnly(change, 'ttl', 'release', 'holdRequestedAt')) return 'released';
  return undefined;
}

/** Follows one device through the changes of both tables. */
class Follower {
  readonly #deviceId: string;
  readonly #devices: readonly Change[];
  readonly #invalid: Change[];
  /** Changes of guards that stay the device's. */
  readonly #guards: Change[];
  readonly #events: LifeEvent[] = [];
  #active: Device | undefined;
  #lying: InvalidDevice | undefined;

  constructor(deviceId: string, { devices, invalidDevices }: TableChanges) {
    this.#deviceId = deviceId;
    this.#devices = devices;
    this.#invalid = invalidDevices.filter((change) => idOf(change) === deviceId);
    this.#guards = devices.filter(
      ({ before, after }) => before?.['deviceId'] === deviceId && after?.['deviceId'] === deviceId,
    );
  }

  follow(): DeviceHistory {
    for (const [position, change] of this.#devices.entries()) {
      if (idOf(change) === this.#deviceId) this.#step(position, change);
    }
    this.#followAfterlife();
    for (const { before, after } of this.#invalid) {
      const isPurge = after === undefined && this.#active === undefined;
      if (!isPurge) this.#violate('conservation', 'changed in the invalid-data table alone');
      this.#purge(before as unknown as InvalidDevice);
    }
    const { events, active, lying } = { events: this.#events, active: this.#active, lying: this.#lying };
    return { deviceId: this.#deviceId, events, active, lying };
  }

  #violate(invariant: Invariant, what: string): never {
    throw new Violation(invariant, `"${this.#deviceId}" ${what}`);
  }

  #step(position: number, change: Change): void {
    const before = change.before as unknown as Device | undefined;
    const after = change.after as unknown as Device | undefined;
    if (before === undefined && after !== undefined) this.#arrive(position, after);
    if (before !== undefined && after === undefined) this.#leave(before);
    if (before !== undefined && after !== undefined) this.#events.push({ kind: 'changed', before, after });
    this.#active = after;
  }

  /** What becomes of the record up to the next change of where it is. */
  #followAfterlife(): void {
    for (let [next] = this.#invalid; next !== undefined; [next] = this.#invalid) {
      const kind = afterlifeKind(next);
      if (kind === undefined) return;
      this.#invalid.shift();
      const [before, after] = [next.before, next.after] as unknown as [InvalidDevice, InvalidDevice];
      if (!isDeepStrictEqual(before, this.#lying)) {
        this.#violate('conservation', `was ${kind} in another record`);
      }
      if (kind === 'held' || kind === 'released') this.#takeGuardChanges(before, after);
      this.#events.push({ kind, before, after });
      this.#lying = after;
    }
  }

  /** Each guard has gone from the one `ttl` to the other as the record has. */
  #takeGuardChanges(before: InvalidDevice, after: InvalidDevice): void {
    for (const id of claimsOf(before).map(guardId)) {
      const index = this.#guards.findIndex(
        (guard) =>
          idOf(guard) === id && guard.before?.['ttl'] === before.ttl && guard.after?.['ttl'] === after.ttl,
      );
      if (index < 0) this.#violate('uniqueness', `has a guard ${id} that stayed behind`);
      this.#guards.splice(index, 1);
    }
  }

  #leave(before: Device): void {
    this.#followAfterlife();
    const after = this.#invalid.shift()?.after as unknown as InvalidDevice | undefined;
    if (after === undefined) this.#violate('conservation', 'left the main table and is nowhere');
    this.#events.push({ kind: 'decommissioned', before, after, replaced: this.#lying });
    this.#lying = after;
  }

  #arrive(position: number, after: Device): void {
    const departed = this.#takeDeparture();
    if (after.version !== 1) {
      if (departed === undefined)
        this.#violate('no resurrection', `came from nowhere at version ${after.version}`);
      const requestId = restoreRequestId(this.#devices, position, after);
      this.#events.push({ kind: 'restored', before: departed, after, requestId });
      this.#lying = undefined;
      return;
    }
    if (departed !== undefined) this.#purge(departed);
    this.#events.push({ kind: 'registered', after, replaced: this.#lying });
  }

  /** The record that left the invalid-data table before the device arrived in the main table, if one did. */
  #takeDeparture(): InvalidDevice | undefined {
    this.#followAfterlife();
    const [next] = this.#invalid;
    if (next === undefined || next.after !== undefined) return undefined;
    this.#invalid.shift();
    return next.before as unknown as InvalidDevice;
  }

  #purge(before: InvalidDevice): void {
    this.#events.push({ kind: 'purged', before });
    this.#lying = undefined;
  }
}

/**
 * Joins the two tables' changes of one device: what leaves one has to be in the other, in the same order.
 * @throws Violation where they do not fit together
 */
export const historyOf = (deviceId: string, changes: TableChanges): DeviceHistory =>
  new Follower(deviceId, changes).follow();
