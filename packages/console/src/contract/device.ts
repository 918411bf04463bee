import type { LifecycleEvent } from './live.ts';
import type { Problem } from './problem.ts';

/** `expired`: its retention is over, and DynamoDB has not removed it yet; the service takes it for gone. */
export type DeviceState = 'active' | 'decommissioned' | 'expired' | 'purging' | 'unknown';

/** Who asked for what when, and why: a decommissioning, a hold, a release, a purge. Times are epoch milliseconds. */
export interface Move {
  readonly at: number;
  readonly source?: string | undefined;
  readonly requestedBy?: string | undefined;
  readonly requestId?: string | undefined;
  readonly reason?: string | undefined;
  readonly correlationId?: string | undefined;
  /** Of a hold: what was left of the retention, in seconds. */
  readonly remainingSeconds?: number | undefined;
}

/** What was heard of a device after it left service: in how many minutes, and when. */
export interface Ghost {
  readonly count: number;
  readonly firstSeenAt?: number | undefined;
  readonly lastSeenAt: number;
  readonly lastOperation?: string | undefined;
}

/** What the page shows of a record. What a record lacks, or has in a shape that is none of the service's, is left out. */
export interface RecordFacts {
  readonly serialNumber?: string | undefined;
  readonly macAddress?: string | undefined;
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly version?: number | undefined;
  readonly certificateIds?: readonly string[] | undefined;
  readonly registeredAt?: number | undefined;
  readonly updatedAt?: number | undefined;
  readonly lastSeenAt?: number | undefined;
  readonly presence?: { readonly connected: boolean; readonly at: number } | undefined;
  readonly decommission?: Move | undefined;
  readonly hold?: Move | undefined;
  readonly release?: Move | undefined;
  readonly ghost?: Ghost | undefined;
}

/** What keeps a serial number or a MAC address for its device. */
export interface Guard {
  /** `serialNumber#…` or `macAddress#…`. */
  readonly id: string;
  /** Whose it is; absent where there is no such guard, though there should be. */
  readonly deviceId?: string | undefined;
  /** Epoch milliseconds; absent while nothing ends it. */
  readonly untilMs?: number | undefined;
}

/** `GET /api/devices/{deviceId}/record`: what the tables have of a device, as it is now. */
export interface DeviceAnswer {
  readonly deviceId: string;
  /** By the stack's clock, which the laptop's can be moved ahead of. Epoch milliseconds. */
  readonly nowMs: number;
  readonly state: DeviceState;
  readonly isHeld: boolean;
  /** Until when it can come back, in epoch milliseconds; absent under legal hold and in service. */
  readonly expiresAtMs?: number;
  /** How its certificates stand, as far as the service is concerned: `active`, `inactive` or `pending`. */
  readonly credentials?: string;
  /** Since when work on its certificates or its purge has been pending. */
  readonly pendingSince?: number;
  readonly record: RecordFacts;
  readonly guards: readonly Guard[];
  /** What of the tables contradicts itself: English sentences. */
  readonly problems: readonly string[];
  /** What is being removed of it. */
  readonly purge?: Move | undefined;
  /** The items as they are stored; absent where there is none. */
  readonly items: {
    readonly device?: StoredItem;
    readonly invalidDevice?: StoredItem;
    readonly purge?: StoredItem;
    readonly guards: readonly StoredItem[];
  };
}

type StoredItem = Readonly<Record<string, unknown>>;

export interface DeviceCertificate {
  readonly certificateId: string;
  /** Whether the device's record names it. */
  readonly isRecorded: boolean;
  /** Whether it is attached to the device's thing; absent where that is not known. */
  readonly isAttached?: boolean;
  /** As AWS IoT has it: `ACTIVE`, `INACTIVE`, `REVOKED` …; `NONE` where there is none. Absent where not known. */
  readonly status?: string;
  readonly createdAt?: number;
}

/** `GET /api/devices/{deviceId}/certificates`. Each of the two questions can be forbidden alone. */
export interface CertificatesAnswer {
  readonly certificates: readonly DeviceCertificate[];
  /** How many more there are, which were not looked at. */
  readonly omitted: number;
  /** Whether AWS IoT has a thing of this name; absent where that is not known. */
  readonly hasThing?: boolean;
  /** Why it is not known what is attached to the thing. */
  readonly attachedProblem?: Problem;
  /** Why the states of certificates are not known. */
  readonly statusProblem?: Problem;
}

/**
 * A line of `GET /api/devices/{deviceId}/timeline?beforeMs=…&days=…`. Events come in no particular order, and the same
 * (by its id) can come twice; the last line says back to when it was looked, in epoch milliseconds.
 */
export type TimelineLine = { readonly event: LifecycleEvent } | { readonly end: { readonly fromMs: number } };

export type DeviceOperation = 'decommission' | 'restore' | 'hold' | 'release' | 'purge';

/** `POST /api/devices/{deviceId}/operations`. The same `requestId` again has no second effect. */
export interface OperationRequest {
  readonly operation: DeviceOperation;
  readonly requestId: string;
  readonly reason?: string;
  /** Of a decommissioning and a release. */
  readonly retentionDays?: number;
  /** Of a decommissioning, in epoch milliseconds. */
  readonly notBeforeMs?: number;
  readonly legalHold?: boolean;
}

export interface OperationStarted {
  readonly executionArn: string;
}

/** `GET /api/device-operations?executionArn=…`: how it goes. */
export interface OperationProgress {
  readonly executionArn: string;
  /** `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`; `SCHEDULED` while it waits for its time. */
  readonly status: string;
  /** Of one that has succeeded; see docs/messages.md. */
  readonly output?: {
    readonly outcome: string;
    /** Epoch seconds. */
    readonly ttl?: number | undefined;
    readonly credentials?: string | undefined;
    readonly remains?: string | undefined;
  };
  readonly failure?: {
    readonly error: string;
    /** One sentence, in English. */
    readonly message: string;
    /** Whether it may have been carried out all the same. */
    readonly isOpen: boolean;
  };
}
