/**
 * What a list is of. `decommissioned`: those that can come back, also under legal hold; `pending`: with certificates
 * that are still to be turned off, or on again; `ghosts`: out of service, and heard of since; `purging`: those whose
 * retention is over, and records of purges, for a week after they are done.
 */
export const LISTS = ['active', 'decommissioned', 'pending', 'held', 'ghosts', 'purging'] as const;
export type DeviceList = (typeof LISTS)[number];

/** `expired`: its retention is over, and DynamoDB has not removed it yet; `purged`: nothing is left of it. */
export type ListedState = 'active' | 'decommissioned' | 'expired' | 'purging' | 'purged';

/** A device in a list. Times are epoch milliseconds. */
export interface DeviceRow {
  /** Of the item: a device can have been purged several times. */
  readonly key: string;
  readonly deviceId: string;
  readonly state: ListedState;
  readonly serialNumber?: string;
  readonly macAddress?: string;
  readonly type?: string;
  readonly name?: string;
  /** Of a heartbeat, a connection or a disconnection, whichever was last. */
  readonly lastSeenAt?: number;
  readonly isConnected?: boolean;
  readonly isHeld?: true;
  /** Until when it can come back. */
  readonly expiresAtMs?: number;
  /** Since when work on its certificates or its purge has been pending. */
  readonly pendingSince?: number;
  /** In how many minutes it was heard of after it left service. */
  readonly ghostCount?: number;
  /** When it was purged. */
  readonly purgedAt?: number;
}

/**
 * `GET /api/devices?list=&type=&text=&cursor=`, in no particular order. `type` is that of the device, `text` is in its id,
 * serial number, MAC address or name; upper and lower case matter.
 */
export interface DevicePage {
  /** May be none though there are more: the answer does not wait until it has found something. */
  readonly rows: readonly DeviceRow[];
  /** For what comes after them; absent at the end. */
  readonly cursor?: string;
  /** How many items DynamoDB has looked at for this page. */
  readonly looked: number;
  /** By the stack's clock, which the laptop's can be moved ahead of. Epoch milliseconds. */
  readonly nowMs: number;
}

/** `GET /api/devices/size?list=`: how many items there are to be looked at, as DynamoDB counts them every six hours or so. */
export interface ListSize {
  readonly items: number;
}

/** `GET /api/devices/matches?text=`: whose id, serial number or MAC address the text is. */
export interface DeviceMatches {
  readonly matches: readonly {
    readonly deviceId: string;
    readonly by: 'deviceId' | 'serialNumber' | 'macAddress';
  }[];
}
