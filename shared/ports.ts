import type { CertificateState } from './domain/credentials.ts';
import type {
  CredentialsState,
  CredentialsWork,
  Decommission,
  Device,
  Ghost,
  HoldRelease,
  InvalidDevice,
  LastRestore,
  LegalHold,
  Presence,
} from './domain/device.ts';
import type { UniqueAttribute } from './domain/identifiers.ts';
import type { LifecycleEvent } from './domain/lifecycle-event.ts';
import type { PurgeRecord, ThingBelongings } from './domain/purge.ts';
import type { StaleDevice } from './domain/stale.ts';
import type { LifecycleError } from './errors.ts';

declare const rawRecord: unique symbol;
/** The item as it is stored, with what this version of the code does not know: it moves along untouched. */
export type RawRecord = { readonly [rawRecord]: true };

/** A record as it was read, to be handed back to the store with a change. */
export interface Snapshot<T> {
  readonly record: T;
  readonly raw: RawRecord;
}

/** The present, asked for anew at each try, and the time up to which there may be another try. */
export interface Timing {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Epoch milliseconds; whoever gives up then can be tried again in time. */
  readonly deadlineEpochMs: number;
}

/** One try of a transaction that DynamoDB cancelled: for the log, since another try or an answer follows. */
export interface Cancellation {
  readonly transaction:
    | 'register'
    | 'update'
    | 'decommission'
    | 'restore'
    | 'hold'
    | 'release'
    | 'holdRequest'
    | 'purge';
  /** `TransactionConflict`, `Throttled`, `ConditionalCheckFailed`, in this order, else DynamoDB's own code. */
  readonly reason: string;
  /** What it was given for: `device`, `invalidDevice`, or the attribute of a guard. */
  readonly items: readonly string[];
  /** From 1 on. */
  readonly attempt: number;
}

/** Hears of what the store tries again, or answers, by itself. */
export type CancellationObserver = (cancellation: Cancellation) => void;

/** A message that came from a device after it had left service. */
export interface GhostSighting {
  readonly operation: Ghost['lastOperation'];
  /** Epoch milliseconds. */
  readonly decommissionedAt: number;
  /** Whether its record counts it: one a minute is counted there. */
  readonly isRecorded: boolean;
}

/** Hears of each such message. */
export type GhostObserver = (sighting: GhostSighting) => void;

export interface IdentifierTakenOutcome {
  readonly outcome: 'identifierTaken';
  readonly attribute: UniqueAttribute;
  readonly value: string;
  readonly owner: string;
}

export type RegisterOutcome =
  | { readonly outcome: 'registered' }
  | { readonly outcome: 'deviceExists'; readonly device: Device }
  | { readonly outcome: 'deviceDecommissioned'; readonly invalidDevice: InvalidDevice }
  | IdentifierTakenOutcome;

/** `changed`: the record is no longer as it was read; read it again. */
export type UpdateOutcome =
  | { readonly outcome: 'updated' }
  | { readonly outcome: 'changed' }
  | IdentifierTakenOutcome;

export type CertificateOutcome = { readonly outcome: 'recorded' | 'changed' };

/** `superseded`: the device was restored by a later request, or from this very one. */
export type DecommissionOutcome =
  | { readonly outcome: 'decommissioned' }
  | { readonly outcome: 'changed' }
  | { readonly outcome: 'superseded'; readonly lastRestore: LastRestore };

export type HoldOutcome = { readonly outcome: 'held' | 'changed' };

export type ReleaseOutcome = { readonly outcome: 'released' | 'changed' };

export type HoldRequestOutcome = { readonly outcome: 'recorded' | 'changed' };

/** `repeated`: it is the request that last brought the device back. */
export type RestoreOutcome =
  | { readonly outcome: 'restored' | 'changed' }
  | { readonly outcome: 'repeated'; readonly lastRestore: LastRestore };

/** `repeated`: it is the request that has purged the device already. */
export type PurgeOutcome = { readonly outcome: 'purged' | 'repeated' | 'changed' };

/** How the removal of a device's remains goes on. `lease: undefined` lets others at it. */
export type PurgeProgress = Pick<PurgeRecord, 'found' | 'receipt'> & {
  readonly lease: PurgeRecord['lease'] | undefined;
};

/** A purge with work to do. */
export interface PendingPurge {
  readonly purgeId: string;
  /** Epoch milliseconds. */
  readonly pendingSince: number;
}

/** `unchanged`: the device is there, and what came is not newer than what it has. */
export type SightingOutcome = { readonly outcome: 'recorded' | 'unchanged' | 'deviceMissing' };

/** `changed`: the record has moved, or somebody else has just recorded a message. */
export type GhostOutcome = { readonly outcome: 'recorded' | 'changed' };

/** `current` is the record as it is now. */
export type CredentialsOutcome<T> =
  | { readonly outcome: 'updated'; readonly current: Snapshot<T> }
  | { readonly outcome: 'changed' };

/** What becomes of the work on a device's credentials; `pending` while there is more to do. */
export interface CredentialsChange {
  readonly credentialsWork: CredentialsWork | undefined;
  readonly credentials: CredentialsState | 'active';
}

/** A page of the devices whose credentials are pending. */
export interface PendingCredentials {
  readonly deviceId: string;
  /** Epoch milliseconds. */
  readonly pendingSince: number;
}

/** A page of one of the parts that a table is looked through in, all at the same time. */
export interface StaleScan {
  /** From 0 on. */
  readonly segment: number;
  readonly totalSegments: number;
  /** Epoch milliseconds. */
  readonly seenBefore: number;
  /** Where the page before has ended. */
  readonly cursor?: string | undefined;
}

export interface StalePage {
  readonly devices: readonly StaleDevice[];
  /** Absent with the last page of the segment. */
  readonly cursor?: string;
}

/** The changes of an update: a value sets, `undefined` removes, a missing key leaves. */
export interface DeviceChanges {
  readonly device: Device;
  readonly lastRestore: LastRestore | undefined;
}

/**
 * The two tables. Each writing method is one transaction or one conditional write: it has its whole effect or none.
 * Throws `TransactionConflict` or `Throttled` when the deadline passes without an answer, and `ServiceUnavailable` when
 * there is none for another reason: then it is not known whether a write has had its effect.
 */
export interface DeviceStore {
  /** A device in service; strongly consistent. */
  readDevice(deviceId: string, timing: Timing): Promise<Snapshot<Device> | undefined>;
  /** A device out of service, even if expired; strongly consistent. */
  readInvalidDevice(deviceId: string, timing: Timing): Promise<Snapshot<InvalidDevice> | undefined>;
  /**
   * Many devices in service at once, for half the price: eventually consistent, so that a record may be older than it
   * says, or missing. `undefined`: not there. What DynamoDB did not get to is not in the answer.
   */
  readDevices(
    deviceIds: readonly string[],
    timing: Timing,
  ): Promise<ReadonlyMap<string, Snapshot<Device> | undefined>>;
  /** The same of devices out of service, even if expired. */
  readInvalidDevices(
    deviceIds: readonly string[],
    timing: Timing,
  ): Promise<ReadonlyMap<string, Snapshot<InvalidDevice> | undefined>>;
  /** Both records at one moment, so that a device on its way between the tables is never missed. */
  readBoth(
    deviceId: string,
    timing: Timing,
  ): Promise<{ readonly device?: Snapshot<Device>; readonly invalidDevice?: Snapshot<InvalidDevice> }>;
  /** What the guard of a device's serial number remembers of its last restore. */
  readLastRestore(
    device: Pick<Device, 'id' | 'serialNumber'>,
    timing: Timing,
  ): Promise<LastRestore | undefined>;

  register(device: Device, timing: Timing): Promise<RegisterOutcome>;
  update(current: Snapshot<Device>, changes: DeviceChanges, timing: Timing): Promise<UpdateOutcome>;
  /** Changes `certificateIds`, `version`, `updatedAt` and `requests`, and nothing else. */
  recordCertificate(current: Snapshot<Device>, changed: Device, timing: Timing): Promise<CertificateOutcome>;
  decommission(
    current: Snapshot<Device>,
    decommission: { readonly decommission: Decommission; readonly ttl: number | undefined },
    timing: Timing,
  ): Promise<DecommissionOutcome>;
  /** Takes the `ttl` from an invalid record and its guards. */
  hold(current: Snapshot<InvalidDevice>, hold: LegalHold, timing: Timing): Promise<HoldOutcome>;
  /** Gives an invalid record and its guards the `ttl` of the release. */
  release(current: Snapshot<InvalidDevice>, release: HoldRelease, timing: Timing): Promise<ReleaseOutcome>;
  /** Remembers that a hold or a release was asked for which had nothing to do. */
  recordHoldRequest(
    current: Snapshot<InvalidDevice>,
    holdRequestedAt: number,
    timing: Timing,
  ): Promise<HoldRequestOutcome>;
  restore(
    current: Snapshot<InvalidDevice>,
    restore: { readonly lastRestore: LastRestore; readonly updatedAt: number },
    timing: Timing,
  ): Promise<RestoreOutcome>;
  /** Removes the record and its guards, and notes what is left of the device elsewhere. */
  purge(current: Snapshot<InvalidDevice>, remains: PurgeRecord, timing: Timing): Promise<PurgeOutcome>;
  /** Notes what is left of a device whose record DynamoDB has removed; once only, however often it is told. */
  recordPurge(remains: PurgeRecord, timing: Timing): Promise<void>;
  /** Strongly consistent. */
  readPurge(purgeId: string, timing: Timing): Promise<PurgeRecord | undefined>;
  /** `undefined` when somebody else has changed it. With a receipt, there is no work left. */
  changePurge(
    current: PurgeRecord,
    progress: PurgeProgress,
    timing: Timing,
  ): Promise<PurgeRecord | undefined>;
  /** Up to `limit`, the newest first, or the oldest; eventually consistent. */
  listPendingPurges(
    order: 'newestFirst' | 'oldestFirst',
    limit: number,
    timing: Timing,
  ): Promise<readonly PendingPurge[]>;

  /** Changes what concerns the credentials, in the table where the record lies, unless somebody else has. */
  changeCredentials<T extends Device | InvalidDevice>(
    current: Snapshot<T>,
    change: CredentialsChange,
    timing: Timing,
  ): Promise<CredentialsOutcome<T>>;
  /**
   * Up to `limit` devices whose credentials are pending, the newest first, or the oldest; eventually consistent.
   */
  listPendingCredentials(
    order: 'newestFirst' | 'oldestFirst',
    limit: number,
    timing: Timing,
  ): Promise<readonly PendingCredentials[]>;

  /** A page of the devices in service that are offline and were last seen before; eventually consistent. */
  scanStaleDevices(scan: StaleScan, timing: Timing): Promise<StalePage>;

  recordHeartbeat(deviceId: string, lastSeenAt: number, timing: Timing): Promise<SightingOutcome>;
  recordPresence(deviceId: string, presence: Presence, timing: Timing): Promise<SightingOutcome>;
  /** Changes `ghost` of a record out of service and nothing else, if its ghost is as it was read and its retention lasts. */
  recordGhost(
    current: Pick<InvalidDevice, 'id' | 'decommission' | 'ghost'>,
    ghost: Ghost,
    timing: Timing,
  ): Promise<GhostOutcome>;
}

/** Tells a device how its request went. */
export interface Notices {
  /** Publishes a JSON document at QoS 1. */
  publish(topic: string, document: Readonly<Record<string, unknown>>): Promise<void>;
}

/**
 * What AWS IoT knows of devices' certificates and connections. Throws `Throttled` and `ServiceUnavailable`, after which
 * the same call may succeed.
 */
export interface Credentials {
  /** The certificates that are attached to a thing; none for a thing that is not there. */
  listCertificateIds(thingName: string): Promise<readonly string[]>;
  /** `undefined` for a certificate that is not there. */
  describeCertificate(certificateId: string): Promise<CertificateState | undefined>;
  /** Also when it has the status already. `refused`: its state does not allow it, as once it is revoked. */
  setStatus(certificateId: string, status: 'ACTIVE' | 'INACTIVE'): Promise<'done' | 'missing' | 'refused'>;
  /** Drops a client's session, if it has one. */
  closeConnection(clientId: string): Promise<void>;
}

/** What may be found of a certificate that is to be removed. */
export interface RemainingCertificate extends CertificateState {
  readonly certificateArn: string;
}

/** What may connect as a thing. */
export interface AttachedPrincipals {
  readonly certificateIds: readonly string[];
  /** Identities of Amazon Cognito. */
  readonly hasOthers: boolean;
}

/**
 * What AWS IoT keeps of devices that are gone. Removing what is not there is no error. Throws `Throttled` and
 * `ServiceUnavailable`, after which the same call may succeed.
 */
export interface Remains extends Pick<Credentials, 'closeConnection'> {
  /** What is attached to a thing; nothing for one that is not there. `hasOthers`: what is no certificate, too. */
  listPrincipals(thingName: string): Promise<AttachedPrincipals>;
  /** `undefined` for a certificate that is not there. */
  describeCertificate(certificateId: string): Promise<RemainingCertificate | undefined>;
  /** For good: no status follows this one. */
  revokeCertificate(certificateId: string): Promise<void>;
  /** Takes some seconds after it has been answered. */
  detachCertificate(certificateArn: string, thingName: string): Promise<void>;
  /** `attached`: it is so still, or counts as active still. */
  deleteCertificate(certificateId: string): Promise<'deleted' | 'attached'>;
  listBelongings(thingName: string): Promise<ThingBelongings>;
  removeFromThingGroup(thingName: string, thingGroupName: string): Promise<void>;
  deleteShadow(thingName: string, shadowName: string): Promise<void>;
  /** `attached`: certificates are. */
  deleteThing(thingName: string): Promise<'deleted' | 'attached'>;
}

/** Starts executions that outlive a function. */
export interface Executions {
  /** Resolves also when an execution of that name has been started before. */
  start(name: string, input: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Where other systems hear of what becomes of devices. */
export interface EventBus {
  /**
   * Puts events on the bus, in no order: give it one for each device. What is not taken for a passing fault is tried
   * again until the deadline.
   * @returns the events that were not taken, or not even sent after those, and why: `EventRefused`, `Throttled`, or
   * `ServiceUnavailable`, after which nobody knows whether they were
   */
  put(
    events: readonly LifecycleEvent[],
    timing: Timing,
  ): Promise<ReadonlyMap<LifecycleEvent, LifecycleError>>;
}

/** Files of devices that have not been seen for long, by their keys. Throws `Throttled` and `ServiceUnavailable`. */
export interface StaleFiles {
  /** A part, without a heading. */
  write(key: string, devices: readonly StaleDevice[]): Promise<void>;
  /** The parts one after the other, under a heading; they need not fit into memory. */
  join(parts: readonly string[], key: string): Promise<void>;
}
