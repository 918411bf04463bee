import type { Decommission, Device } from './device.ts';
import type { Receipt } from './purge.ts';

/** Raised when a field is removed, or comes to mean something else; not when one is added. */
export const SCHEMA_VERSION = 1;

/** What `DeviceUpdated` may name as changed. */
export const UPDATABLE = ['serialNumber', 'macAddress', 'name', 'attributes', 'certificateIds'] as const;

/** Who did it: the device itself, whoever started an execution, or time. */
interface Actor {
  readonly source: 'device' | 'execution' | 'ttl';
  readonly requestedBy?: string | undefined;
  /** Of the certificate by which a device registered. */
  readonly certificateId?: string | undefined;
}

/** What every event says. Times are epoch milliseconds. */
export interface EventDetail {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** The same however often the event is delivered. */
  readonly id: string;
  readonly deviceId: string;
  /** Which life of the id it is: who registers anew after the end of one is another device. */
  readonly registeredAt: number;
  /** Rises with each event of a life. */
  readonly sequence: number;
  readonly at: number;
  readonly actor: Actor;
  readonly reason?: string | undefined;
  readonly requestId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly device: {
    readonly serialNumber: string;
    readonly macAddress?: string | undefined;
    readonly name?: string | undefined;
    readonly type?: string | undefined;
    readonly version: number;
  };
}

export interface UpdatedDetail extends EventDetail {
  readonly changed: readonly (keyof Device)[];
}

/** Until when the record can come back: `ttl` is in epoch seconds, and absent under legal hold. */
export interface Retention {
  readonly ttl?: number | undefined;
  readonly legalHold?: true | undefined;
}

export interface DecommissionedDetail extends EventDetail {
  readonly retention: Retention;
}

/** A receipt: what was removed, when, under which retention, and who had ordered it. */
export interface PurgedDetail extends DecommissionedDetail {
  readonly decommission: Decommission;
  /** `recordRemovedAt`: when the record itself was gone. */
  readonly receipt: Receipt & { readonly recordRemovedAt: number };
}

/** What other systems are told of a device's life: docs/events.md. */
export type LifecycleEvent =
  | { readonly type: 'DeviceRegistered' | 'DeviceRestored'; readonly detail: EventDetail }
  | { readonly type: 'DeviceUpdated'; readonly detail: UpdatedDetail }
  | { readonly type: 'DeviceDecommissioned'; readonly detail: DecommissionedDetail }
  | { readonly type: 'DevicePurged'; readonly detail: PurgedDetail };
