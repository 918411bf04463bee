import type { Ghost, Presence } from '../../../shared/domain/device.ts';
import { claimsGained, claimsOf, guardId } from '../../../shared/domain/identifiers.ts';
import type { Action } from './actions.ts';
import { asksForNothingNew, type Contents, changed, staleness } from './contents.ts';
import { answerFrom, changeHold, type Holdable, type HoldMemory } from './holds.ts';
import { identifierTaken, type Outcome } from './outcome.ts';
import { isNewer } from './presences.ts';

/** A device as far as the model goes; both lives of its record in one object. */
interface ModelDevice extends Contents {
  /** Which one it is, however often its id has been used before. */
  readonly life: number;
  readonly version: number;
  readonly registeredAt: number;
  readonly updatedAt: number;
  readonly lastSeenAt?: number;
  readonly presence?: Presence;
  readonly answered: readonly (readonly [operation: string, requestId: string, version: number])[];
  readonly lastRestore?: ModelRestore;
}

interface ModelRestore {
  readonly requestId: string;
  readonly requestedAt: number;
  readonly version: number;
  readonly undone: string;
  readonly undoneTtl: number | undefined;
  readonly undoneHolds: HoldMemory;
}

interface ModelInvalidDevice extends ModelDevice, Holdable {
  readonly requestId: string;
  readonly decommissionedAt: number;
  readonly ghost?: Ghost;
  /** Guards that are another's by now, or gone: its retention was over for somebody. */
  readonly lost?: readonly string[];
}

type Act<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;

const guardsOf = (device: ModelDevice | ModelInvalidDevice): readonly string[] => {
  const lost = 'lost' in device ? (device.lost ?? []) : [];
  return claimsOf(device)
    .map(guardId)
    .filter((id) => !lost.includes(id));
};

const ttlAfter = (at: number, retentionSeconds: number | undefined): number | undefined =>
  retentionSeconds === undefined ? undefined : Math.ceil(at / 1000) + retentionSeconds;

/** Without retention, a legal hold is asked for. */
const whenAlreadyDecommissioned = (
  { ttl }: ModelInvalidDevice,
  retentionSeconds: number | undefined,
): Outcome =>
  retentionSeconds === undefined && ttl !== undefined
    ? 'AlreadyDecommissioned'
    : { outcome: 'alreadyDecommissioned', ttl };

/** What the service should do, without tables, transactions or concurrency: a device's life, plainly. */
export class Model {
  readonly active = new Map<string, ModelDevice>();
  readonly invalid = new Map<string, ModelInvalidDevice>();
  now: number;
  /** When the service decided on what it does now: where that is a while ago, what it writes counts from then. */
  decidedAt: number | undefined;
  /** The requests that have purged a device, by its id and theirs. */
  readonly #purges = new Set<string>();
  #lives = 0;

  constructor(now: number) {
    this.now = now;
  }

  /** A model that goes on from here by itself. */
  copy(): Model {
    const copy = new Model(this.now);
    for (const [deviceId, device] of this.active) copy.active.set(deviceId, device);
    for (const [deviceId, device] of this.invalid) copy.invalid.set(deviceId, device);
    for (const purge of this.#purges) copy.#purges.add(purge);
    copy.#lives = this.#lives;
    return copy;
  }

  /** The record out of service, unless its retention is over. */
  unexpired(deviceId: string): ModelInvalidDevice | undefined {
    const record = this.invalid.get(deviceId);
    const isOver = record?.ttl !== undefined && record.ttl * 1000 <= this.now;
    return isOver ? undefined : record;
  }

  register({ deviceId, requestId, requestedAt, ...input }: Act<'register'>): Outcome {
    const { serialNumber, macAddress, name, attributes = {} } = input;
    const known = this.active.get(deviceId) ?? this.unexpired(deviceId);
    this.#haunt(deviceId, 'register', requestedAt);
    const version = known?.answered.find(
      ([operation, id]) => operation === 'register' && id === requestId,
    )?.[2];
    if (version !== undefined) return { version };
    const device = this.active.get(deviceId);
    if (device !== undefined) {
      return asksForNothingNew(input, device) ? { version: device.version } : 'DeviceAlreadyRegistered';
    }
    if (known !== undefined) return 'DeviceDecommissioned';
    const late = this.#answerToLateRegistration(deviceId, requestId, requestedAt);
    if (late !== undefined) return late;
    const claims = claimsOf({ serialNumber, ...(macAddress && { macAddress }) });
    const owner = this.#ownerOf(claims.map(guardId), deviceId);
    if (owner !== undefined) return identifierTaken(owner);
    this.#takeOver(claims.map(guardId));
    this.#lives += 1;
    this.active.set(deviceId, {
      life: this.#lives,
      serialNumber,
      ...(macAddress !== undefined && { macAddress }),
      ...(name !== undefined && { name }),
      attributes,
      version: 1,
      registeredAt: requestedAt,
      updatedAt: requestedAt,
      answered: [['register', requestId, 1]],
    });
    return { version: 1 };
  }

  /** An expired record that is still there remembers what came before its end. */
  #answerToLateRegistration(deviceId: string, requestId: string, requestedAt: number): Outcome | undefined {
    const expired = this.invalid.get(deviceId);
    if (expired === undefined || requestedAt >= expired.requestedAt) return undefined;
    const answered = expired.answered.find(([operation, id]) => operation === 'register' && id === requestId);
    return answered === undefined ? 'StaleRequest' : { version: answered[2] };
  }

  update({ deviceId, requestId, requestedAt, ...input }: Act<'update'>): Outcome {
    const device = this.active.get(deviceId);
    const known = device ?? this.unexpired(deviceId);
    if (known === undefined) return 'DeviceNotFound';
    this.#haunt(deviceId, 'update', requestedAt);
    const answered = known.answered.find(([operation, id]) => operation === 'update' && id === requestId);
    if (answered !== undefined) return { version: answered[2] };
    if (device === undefined) return 'DeviceDecommissioned';
    const stale = staleness(device, { requestedAt, version: input.version });
    if (stale !== undefined) return stale;
    const next = changed(device, input);
    const gained = claimsGained(device, next).map(guardId);
    const owner = this.#ownerOf(gained, deviceId);
    if (owner !== undefined) return identifierTaken(owner);
    this.#takeOver(gained);
    const version = device.version + 1;
    this.active.set(deviceId, {
      ...next,
      version,
      updatedAt: requestedAt,
      answered: [...device.answered, ['update', requestId, version] as const].slice(-10),
    });
    return { version };
  }

  decommission({ deviceId, requestId, requestedAt, retentionSeconds }: Act<'decommission'>): Outcome {
    const device = this.active.get(deviceId);
    if (device === undefined) {
      const record = this.unexpired(deviceId);
      if (record === undefined) return 'DeviceNotFound';
      if (record.requestId === requestId) return { outcome: 'decommissioned', ttl: record.ttl };
      const { lastRestore } = record;
      return lastRestore?.undone === requestId
        ? { outcome: 'decommissioned', ttl: lastRestore.undoneTtl }
        : whenAlreadyDecommissioned(record, retentionSeconds);
    }
    if (requestedAt < device.registeredAt) return 'StaleRequest';
    const { lastRestore } = device;
    if (lastRestore?.undone === requestId) return { outcome: 'decommissioned', ttl: lastRestore.undoneTtl };
    if (lastRestore !== undefined && lastRestore.requestedAt > requestedAt) return 'StaleRequest';
    const at = this.decidedAt ?? this.now;
    const ttl = ttlAfter(at, retentionSeconds);
    this.active.delete(deviceId);
    this.invalid.set(deviceId, { ...device, requestId, requestedAt, ttl, decommissionedAt: at });
    return { outcome: 'decommissioned', ttl };
  }

  restore({ deviceId, requestId, requestedAt }: Act<'restore'>): Outcome {
    const known = this.active.get(deviceId) ?? this.unexpired(deviceId);
    if (known === undefined) return this.invalid.has(deviceId) ? 'RetentionExpired' : 'DeviceNotFound';
    if (known.lastRestore?.requestId === requestId) {
      return { outcome: 'restored', version: known.lastRestore.version };
    }
    if (this.active.has(deviceId)) return { outcome: 'alreadyActive', version: known.version };
    const {
      requestId: undone,
      requestedAt: undoneAt,
      ttl: undoneTtl,
      decommissionedAt: _,
      ghost: __,
      hold,
      release,
      holdRequestedAt: ___,
      lost: ____,
      ...device
    } = known as ModelInvalidDevice;
    if (requestedAt < undoneAt) return 'StaleRequest';
    const version = device.version + 1;
    this.invalid.delete(deviceId);
    this.active.set(deviceId, {
      ...device,
      version,
      updatedAt: Math.max(requestedAt, device.updatedAt),
      lastRestore: {
        requestId,
        requestedAt,
        version,
        undone,
        undoneTtl,
        undoneHolds: { ...(hold && { hold }), ...(release && { release }) },
      },
    });
    return { outcome: 'restored', version };
  }

  changeHold(request: Act<'hold'> | Act<'release'>): Outcome {
    const { deviceId } = request;
    const remembered = (device: ModelDevice) => device.lastRestore?.undoneHolds ?? {};
    const device = this.active.get(deviceId);
    if (device !== undefined) return answerFrom(remembered(device), request) ?? 'DeviceInService';
    const record = this.unexpired(deviceId);
    if (record === undefined) return this.invalid.has(deviceId) ? 'RetentionExpired' : 'DeviceNotFound';
    const { outcome, changes } = changeHold(record, request, {
      remembered: remembered(record),
      now: this.decidedAt ?? this.now,
    });
    this.invalid.set(deviceId, { ...record, ...changes });
    return outcome;
  }

  heartbeat({ deviceId, seenAt }: Act<'heartbeat'>): Outcome {
    const device = this.active.get(deviceId);
    if (device === undefined) {
      this.#haunt(deviceId, 'heartbeat', seenAt);
      return this.unexpired(deviceId) === undefined ? 'DeviceNotFound' : 'DeviceDecommissioned';
    }
    this.active.set(deviceId, { ...device, lastSeenAt: Math.max(seenAt, device.lastSeenAt ?? seenAt) });
    return { lastSeenAt: seenAt };
  }

  presence({ deviceId, presence }: Act<'presence'>): Outcome {
    const device = this.active.get(deviceId);
    if (device === undefined) {
      if (presence.connected) this.#haunt(deviceId, 'presence', presence.at);
      return { outcome: 'deviceMissing' };
    }
    if (!isNewer(presence, device.presence)) return { outcome: 'unchanged' };
    this.active.set(deviceId, { ...device, presence });
    return { outcome: 'recorded' };
  }

  purge({ deviceId, requestId, requestedAt }: Act<'purge'>): Outcome {
    const purge = `${deviceId} ${requestId}`;
    if (this.#purges.has(purge)) return { outcome: 'purged' };
    if (this.active.has(deviceId)) return 'DeviceInService';
    const record = this.unexpired(deviceId);
    if (record === undefined) return 'DeviceNotFound';
    if (requestedAt < record.requestedAt) return 'StaleRequest';
    if (record.ttl === undefined) return 'UnderLegalHold';
    this.invalid.delete(deviceId);
    this.#purges.add(purge);
    return { outcome: 'purged' };
  }

  /** DynamoDB has removed the record, whose retention was over. */
  sweep(deviceId: string): void {
    this.invalid.delete(deviceId);
  }

  /** DynamoDB has removed a guard of an expired record, or somebody has taken it over. */
  lose(deviceId: string, id: string): void {
    const record = this.invalid.get(deviceId);
    if (record === undefined || !guardsOf(record).includes(id)) return;
    this.invalid.set(deviceId, { ...record, lost: [...(record.lost ?? []), id] });
  }

  /** The lives that are not over, or that nobody has noticed yet to be over. */
  get lives(): ReadonlySet<number> {
    return new Set([...this.active.values(), ...this.invalid.values()].map(({ life }) => life));
  }

  /** A message of a device that is out of service is counted if it was sent since, and one a minute at the most. */
  #haunt(deviceId: string, lastOperation: Ghost['lastOperation'], receivedAt: number): void {
    const lying = this.active.has(deviceId) ? undefined : this.unexpired(deviceId);
    if (lying === undefined || receivedAt <= lying.decommissionedAt) return;
    const { count = 0, firstSeenAt = receivedAt, lastSeenAt = Number.NEGATIVE_INFINITY } = lying.ghost ?? {};
    if (receivedAt - lastSeenAt < 60_000) return;
    const ghost = { count: count + 1, firstSeenAt, lastSeenAt: receivedAt, lastOperation };
    this.invalid.set(deviceId, { ...lying, ghost });
  }

  /** Takes guards from whoever's retention is over. */
  #takeOver(guardIds: readonly string[]): void {
    for (const id of guardIds) {
      for (const deviceId of this.invalid.keys()) {
        if (this.unexpired(deviceId) === undefined) this.lose(deviceId, id);
      }
    }
  }

  /** Who else has the first of these values that somebody else has. */
  #ownerOf(wanted: readonly string[], deviceId: string): string | undefined {
    const lying = [...this.invalid].filter(([id]) => this.unexpired(id) !== undefined);
    const others = [...this.active, ...lying].filter(([id]) => id !== deviceId);
    const owners = wanted.map((claim) => others.find(([, device]) => guardsOf(device).includes(claim)));
    return owners.find((owner) => owner !== undefined)?.[0];
  }
}
