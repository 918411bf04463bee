import type { Deactivation, InvalidDevice } from './device.ts';

/** Who or what ended a record's afterlife. */
export interface Purge {
  /** Epoch milliseconds. */
  readonly at: number;
  /** `ttl`: its retention was over; `execution`: an operator did not wait for that. */
  readonly source: 'ttl' | 'execution';
  readonly reason?: string;
  readonly requestedBy?: string;
  readonly requestId?: string;
  readonly correlationId?: string;
}

/** What a purge has to know of the device whose record is gone. */
export type PurgedDevice = Pick<
  InvalidDevice,
  | 'serialNumber'
  | 'macAddress'
  | 'type'
  | 'version'
  | 'certificateIds'
  | 'registeredAt'
  | 'decommission'
  | 'ttl'
  | 'credentials'
> & { readonly deactivation?: Deactivation };

/** What AWS IoT keeps by the name of a thing, besides the thing and its certificates. */
export interface ThingBelongings {
  readonly thingGroups: readonly string[];
  /** Of shadows; the classic one's is the empty string. */
  readonly shadows: readonly string[];
}

/** What is to be removed, written down before anything is, so that the receipt lists it all. */
export interface FoundRemains extends ThingBelongings {
  readonly certificateIds: readonly string[];
}

/** What was removed from AWS IoT. */
export interface Receipt extends FoundRemains {
  /** Epoch milliseconds. */
  readonly completedAt: number;
  /** `kept`: somebody else has it now, a device that was registered since or one that is being prepared. */
  readonly thing: 'deleted' | 'missing' | 'kept';
  /** Certificates that other things share, or that somebody has turned on again. */
  readonly keptCertificateIds: readonly string[];
}

/**
 * What is left of a device whose record is gone: an item of the invalid-data table beside the devices. There is work to
 * do until it has a receipt, and it is removed by its own `ttl` some days after that.
 */
export interface PurgeRecord {
  readonly id: string;
  readonly deviceId: string;
  readonly device: PurgedDevice;
  readonly purge: Purge;
  /** Epoch milliseconds; while there is work to do. */
  readonly pendingSince?: number;
  /** Nobody else works on it until then. */
  readonly lease?: { readonly id: string; readonly until: number };
  readonly found?: FoundRemains;
  readonly receipt?: Receipt;
  /** Epoch seconds. */
  readonly ttl?: number;
}
