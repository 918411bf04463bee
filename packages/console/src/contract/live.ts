import type { Problem } from './problem.ts';

export type LifecycleEventType =
  | 'DeviceRegistered'
  | 'DeviceUpdated'
  | 'DeviceDecommissioned'
  | 'DeviceRestored'
  | 'DevicePurged';

/** A step of a device's life, as docs/events.md says it. Times are epoch milliseconds, but for `ttl`. */
export interface LifecycleEvent {
  readonly type: LifecycleEventType;
  /** The same for each delivery of the same step. */
  readonly id: string;
  readonly deviceId: string;
  readonly registeredAt: number;
  readonly sequence: number;
  readonly at: number;
  readonly actor: { readonly source: string; readonly requestedBy?: string; readonly certificateId?: string };
  readonly reason?: string;
  readonly requestId?: string;
  readonly correlationId?: string;
  /** Which parts of the record; of `DeviceUpdated`. */
  readonly changed?: readonly string[];
  readonly device?: {
    readonly serialNumber?: string;
    readonly macAddress?: string;
    readonly type?: string;
    readonly name?: string;
    readonly version?: number;
  };
  readonly retention?: { readonly ttl?: number; readonly legalHold?: boolean };
  /** Of `DevicePurged`. */
  readonly receipt?: Readonly<Record<string, unknown>>;
}

export type LifecycleCounts = Readonly<Partial<Record<LifecycleEventType, number>>>;

/** What `GET /api/live` sends, an event each. */
export type LiveMessage =
  /** The newest 200 of what has happened since the last message, the oldest first, and how many of all there were. */
  | {
      readonly type: 'lifecycle';
      readonly events: readonly LifecycleEvent[];
      readonly counts: LifecycleCounts;
    }
  /** Nothing is heard of the stack for now; `lifecycle` messages go on once it answers again. */
  | { readonly type: 'problem'; readonly problem: Problem }
  /** It answers: at the start, and again after a problem. */
  | { readonly type: 'ready' };
