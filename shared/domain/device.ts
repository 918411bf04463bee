/** A request that has changed the device, kept so that its repetition gets the same answer. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly operation: 'register' | 'update';
  /** The version that the request brought about. */
  readonly version: number;
  /** Of the newest request alone, for the event that its change brings about. */
  readonly correlationId?: string;
}

/** The last thing that AWS IoT said about the device's connection. */
export interface Presence {
  readonly connected: boolean;
  readonly sessionIdentifier: string;
  /** Rises with each connection of a client, and restarts at 0 after about an hour offline. */
  readonly versionNumber: number;
  /** Epoch milliseconds of the event. */
  readonly at: number;
}

/** What a decommissioning turns off, and so what a restore turns on again. */
export interface Deactivation {
  /** Of the decommissioning. */
  readonly requestId: string;
  /** Were ACTIVE when the device was decommissioned. */
  readonly certificateIds: readonly string[];
  /** Were ACTIVE too, and left so, because other things are attached to them. */
  readonly sharedCertificateIds: readonly string[];
}

/** Who works on a device's credentials: nobody else may until the lease has ended. */
export interface CredentialsLease {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** How far the work on a device's credentials has come. It moves along with the record. */
export interface CredentialsWork {
  readonly lease?: CredentialsLease;
  readonly deactivation?: Deactivation;
}

/** A device in service: an item of the main table. Times are epoch milliseconds. */
export interface Device {
  /** deviceId = AWS IoT thing name = MQTT client id. */
  readonly id: string;
  readonly serialNumber: string;
  readonly macAddress?: string;
  readonly name?: string;
  readonly type?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Optimistic lock over lifecycle changes; heartbeats and presence do not raise it. */
  readonly version: number;
  readonly certificateIds: readonly string[];
  readonly registeredAt: number;
  readonly updatedAt: number;
  readonly lastSeenAt?: number;
  readonly presence?: Presence;
  readonly requests: readonly AnsweredRequest[];
  /** While its certificates are yet to be turned on again, after a restore. */
  readonly credentialsWork?: CredentialsWork;
  /** Epoch milliseconds; while there is something to be done to the certificates. */
  readonly pendingSince?: number;
}

/** Who took the device out of service, and why. Times are epoch milliseconds. */
export interface Decommission {
  readonly at: number;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestId: string;
  /** When it was asked for; requests are ordered by this. */
  readonly requestedAt: number;
  readonly source: 'device' | 'execution';
  readonly correlationId?: string;
  readonly legalHold?: true;
}

/** Who put a decommissioned device's record under legal hold, and why. Times are epoch milliseconds. */
export interface LegalHold {
  readonly at: number;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestId: string;
  readonly requestedAt: number;
  /** What was left of the retention. Its clock stands still until the release, which gives this back. */
  readonly remainingSeconds: number;
  readonly correlationId?: string;
}

/** Who lifted a legal hold. Times are epoch milliseconds. */
export interface HoldRelease {
  readonly at: number;
  readonly reason?: string;
  readonly requestedBy: string;
  readonly requestId: string;
  readonly requestedAt: number;
  /** Epoch seconds: as it was set. */
  readonly ttl: number;
  readonly correlationId?: string;
}

/** What is still to be done to the certificates of a decommissioned device. */
export type CredentialsState = 'pending' | 'inactive';

/** What has been heard of a device since it left service, once a minute at the most. Times are epoch milliseconds. */
export interface Ghost {
  readonly count: number;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly lastOperation: 'heartbeat' | 'presence' | 'register' | 'update';
}

/** A device out of service: an item of the invalid-data table. */
export interface InvalidDevice extends Device {
  readonly decommission: Decommission;
  readonly credentials: CredentialsState;
  /** The last one, in force or lifted; a hold that came with the decommissioning is in `decommission`. */
  readonly hold?: LegalHold;
  /** The last one. */
  readonly release?: HoldRelease;
  /** The newest request to hold or to release, whether it had anything to do: older ones come too late. */
  readonly holdRequestedAt?: number;
  /** Epoch seconds; absent under legal hold. */
  readonly ttl?: number;
  /** Absent while nothing has been heard of it. */
  readonly ghost?: Ghost;
}

/** The restore that last brought a device back, kept on the guard of its serial number. */
export interface LastRestore {
  readonly requestId: string;
  readonly requestedAt: number;
  /** Who asked for it, and why; absent where it was not said. */
  readonly requestedBy?: string;
  readonly reason?: string;
  /** The version that the restore brought about. */
  readonly version: number;
  readonly correlationId?: string;
  /** The decommissioning that it undid, so that its repetition gets the same answer. */
  readonly undone: {
    readonly requestId: string;
    readonly ttl?: number;
    readonly credentials: CredentialsState;
    /** The last legal hold and the last release, for the same reason. */
    readonly hold?: Pick<LegalHold, 'requestId'>;
    readonly release?: Pick<HoldRelease, 'requestId' | 'ttl'>;
  };
}

/** The claim of one device on one unique value: an item of the main table. */
export interface Guard {
  readonly id: string;
  readonly deviceId: string;
  /** Epoch seconds; the same as its device's, absent while its device is in service. */
  readonly ttl?: number;
  /** On guards of serial numbers only. */
  readonly lastRestore?: LastRestore;
}

const MAX_REMEMBERED_REQUESTS = 10;

/** Adds a request to those a device remembers; the oldest beyond ten are forgotten, and of the others all but the answer. */
export function rememberRequest(
  requests: readonly AnsweredRequest[],
  request: AnsweredRequest,
): readonly AnsweredRequest[] {
  const before = requests.map(({ correlationId: _, ...answered }) => answered);
  return [...before, request].slice(-MAX_REMEMBERED_REQUESTS);
}

/** The answer that a repeated request got the first time, if the device remembers it. Each operation has its own ids. */
export function findAnsweredRequest(
  device: Device,
  { requestId, operation }: Pick<AnsweredRequest, 'requestId' | 'operation'>,
): AnsweredRequest | undefined {
  return device.requests.find(
    (request) => request.requestId === requestId && request.operation === operation,
  );
}
