import type { LifecycleEvent } from './live.ts';
import type { Problem } from './problem.ts';

/** `GET /api/laptop/clock`: the stack's time. */
export interface LaptopClock {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** By how much it is ahead of the machine's. */
  readonly offsetSeconds: number;
}

/** `POST /api/laptop/clock`, which answers as GET does: it goes forward only. */
export interface ClockMove {
  readonly advanceSeconds: number;
}

export type DeviceConnection = 'connected' | 'connecting' | 'disconnected';

/** `POST /api/laptop/devices`: a thing with a certificate and the stack's policy, whose key stays with the console. */
export interface NewDevice {
  readonly deviceId: string;
  /** What it will register with. */
  readonly serialNumber: string;
}

/** A device that the console plays. */
export interface PlayedDevice extends NewDevice {
  readonly connection: DeviceConnection;
}

/** `GET /api/laptop/devices` */
export interface PlayedDevices {
  readonly devices: readonly PlayedDevice[];
  /** How many can be played at once. */
  readonly max: number;
}

/**
 * `POST /api/laptop/devices/{deviceId}/messages`: the device publishes it at QoS 1, and connects first where it is not.
 * Answers with the device; what comes of it is among its entries.
 */
export interface DeviceMessage {
  readonly topic: string;
  readonly payload: string;
}

/** What happened in a device's life so far, in the order in which the guide goes through it. */
export const MILESTONES = [
  'registered',
  'reported',
  'decommissioned',
  'turnedAway',
  'restored',
  'reportedAgain',
  'decommissionedAgain',
  'gone',
  'reused',
] as const;
export type Milestone = (typeof MILESTONES)[number];

/** What AWS IoT has logged of the end of a connection, or of its refusal. */
export interface ConnectionEnd {
  /** As its presence events have it: `API_INITIATED_DISCONNECT` … */
  readonly disconnectReason?: string;
  /** English. */
  readonly details?: string;
}

/** A message; `isCut`: the payload is longer than what is shown. */
interface ShownMessage {
  readonly topic: string;
  readonly payload: string;
  readonly isCut: boolean;
}

export type EntryContent =
  | { readonly kind: 'made' }
  | { readonly kind: 'connected' }
  /** The device has closed its connection. */
  | { readonly kind: 'disconnected' }
  /** AWS IoT has closed the connection. */
  | ({ readonly kind: 'cutOff' } & ConnectionEnd)
  /** AWS IoT has not let the device connect. */
  | ({ readonly kind: 'turnedAway' } & ConnectionEnd)
  | ({ readonly kind: 'published' } & ShownMessage)
  | ({ readonly kind: 'answered' } & ShownMessage & {
        readonly verdict: 'accepted' | 'rejected';
        /** Of a rejection: docs/messages.md. */
        readonly code?: string;
        /** From the message that it answers on; absent where that is not known. */
        readonly latencyMs?: number;
      })
  /** Neither has been heard of: nothing answers, or the message cannot be sent. English. */
  | { readonly kind: 'failed'; readonly message: string };

/** What happened between a device and AWS IoT. */
export type DeviceEntry = EntryContent & {
  /** Rises. */
  readonly sequence: number;
  /** By the stack's clock, in epoch milliseconds. */
  readonly at: number;
};

/** How the device stands with the service. Times are epoch milliseconds by the stack's clock. */
export interface Standing {
  /** Which table its record is in; `none`: it has never registered, or is gone. */
  readonly state: 'active' | 'decommissioned' | 'none';
  readonly name?: string;
  readonly version?: number;
  readonly lastSeenAt?: number;
  readonly reason?: string;
  readonly expiresAtMs?: number;
  /** Whether a decommissioned record has no end. */
  readonly isHeld: boolean;
  /** For which device its serial number is reserved; absent while it is free. */
  readonly serialNumberOf?: string;
  /** `ACTIVE`, `INACTIVE` …; absent where AWS IoT has it no more. */
  readonly certificateStatus?: string;
  readonly hasThing: boolean;
}

/** `GET /api/laptop/devices/{deviceId}` */
export interface PlayedDeviceDetails extends PlayedDevice {
  readonly milestones: readonly Milestone[];
  /** The newest hundred, the oldest first. */
  readonly entries: readonly DeviceEntry[];
  /** The newest fifty steps of its life, in the order in which they were heard of. */
  readonly events: readonly LifecycleEvent[];
  readonly standing?: Standing;
  /** Why it is not known how it stands. */
  readonly problem?: Problem;
}
