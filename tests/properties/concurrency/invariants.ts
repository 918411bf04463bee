import { isDeepStrictEqual } from 'node:util';
import type { Device, Guard, InvalidDevice } from '../../../shared/domain/device.ts';
import { claimsOf, guardId } from '../../../shared/domain/identifiers.ts';
import { expiredPurge, type PurgeRecord } from '../../../shared/domain/purge.ts';
import type { Image } from '../../support/table-changes.ts';
import type { DeviceHistory, LifeEvent } from './history.ts';
import type { PlayedRequest } from './play.ts';
import { Violation } from './violation.ts';

/** What a round has left behind. Tables are by id. */
export interface Aftermath {
  readonly devices: ReadonlyMap<string, Image>;
  readonly invalidDevices: ReadonlyMap<string, Image>;
  readonly histories: readonly DeviceHistory[];
  readonly played: readonly PlayedRequest[];
  readonly nowEpochMs: number;
}

const AFTERLIFE = new Set([
  'decommission',
  'credentials',
  'ttl',
  'hold',
  'release',
  'holdRequestedAt',
  'ghost',
  'pendingCredentials',
  'pendingSince',
]);
/** Marks which write was the last, for the readers of the stream. */
const MARK = new Set(['step']);
const RESTORED = new Set(['version', 'updatedAt']);

const without = (record: object, names: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.has(name)));

/** Whether a record, a guard or an image of one has a ttl that has passed. */
export function isOver(record: object, epochMs: number): boolean {
  const ttl = 'ttl' in record ? record.ttl : undefined;
  return typeof ttl === 'number' && ttl * 1000 <= epochMs;
}

function hold(isHolding: boolean, ...violation: ConstructorParameters<typeof Violation>): void {
  if (!isHolding) throw new Violation(...violation);
}

/** 1. The tables hold what the history says, each device once; a history that does not join has thrown already. */
function conservation({ devices, invalidDevices, histories, nowEpochMs }: Aftermath): void {
  for (const { deviceId, active, lying } of histories) {
    const isThere = isDeepStrictEqual(devices.get(deviceId), active);
    hold(isThere, 'conservation', `"${deviceId}" is not in the main table as it was last written`);
    const isLying = isDeepStrictEqual(invalidDevices.get(deviceId), lying);
    hold(isLying, 'conservation', `"${deviceId}" is not in the invalid-data table as it was last written`);
    const isTwofold = active !== undefined && lying !== undefined && !isOver(lying, nowEpochMs);
    hold(!isTwofold, 'conservation', `"${deviceId}" is in both tables`);
  }
}

interface Owner {
  readonly record: Device & { readonly ttl?: number };
  readonly claims: ReadonlySet<string>;
}

/** 2. Each unexpired value has one owner, whose guard has its ttl, or none; and there is no guard without an owner. */
function uniqueness({ devices, histories, nowEpochMs }: Aftermath): void {
  const owners = new Map<string, Owner>();
  const records = histories
    .flatMap(({ active, lying }) => [active, lying])
    .filter((record) => record !== undefined);
  const unexpired = records.filter((record) => !isOver(record, nowEpochMs));
  for (const record of unexpired) {
    const claims = new Set(claimsOf(record).map(guardId));
    for (const claim of claims) {
      const other = owners.get(claim)?.record.id;
      hold(other === undefined, 'uniqueness', `${claim} belongs to "${other}" and to "${record.id}"`);
      owners.set(claim, { record, claims });
      const guard = devices.get(claim);
      hold(guard?.['deviceId'] === record.id, 'uniqueness', `${claim} of "${record.id}" is not guarded`);
      const ttl = 'ttl' in record ? record.ttl : undefined;
      hold(guard?.['ttl'] === ttl, 'uniqueness', `${claim} has ttl ${guard?.['ttl']}, and its device ${ttl}`);
    }
  }
  for (const [id, guard] of devices) {
    if (!id.includes('#') || isOver(guard, nowEpochMs)) continue;
    hold(owners.has(id), 'uniqueness', `${id} guards nothing for "${(guard as unknown as Guard).deviceId}"`);
  }
}

/** 3. Devices come into being by being registered, or back by a restore; the history's join sees to the rest. */
function noResurrection({ histories, played }: Aftermath): void {
  const registrations = new Set(
    played.flatMap(({ request }) =>
      request.operation === 'register' ? [`${request.input.deviceId} ${request.input.requestId}`] : [],
    ),
  );
  for (const { deviceId, events } of histories) {
    for (const event of events) {
      if (event.kind !== 'registered') continue;
      const [first, ...others] = event.after.requests;
      const isRegistered = first !== undefined && registrations.has(`${deviceId} ${first.requestId}`);
      hold(
        isRegistered && others.length === 0,
        'no resurrection',
        `"${deviceId}" was made by no registration`,
      );
    }
  }
}

/** 4. What moved is what was there, and what was seen of a device is never set back. */
function nothingLost({ histories }: Aftermath): void {
  for (const { deviceId, events } of histories) {
    for (const event of events) {
      if (event.kind === 'decommissioned') {
        const isWhole = isDeepStrictEqual(
          without(event.after, AFTERLIFE.union(MARK)),
          without(event.before, MARK),
        );
        hold(isWhole, 'nothing lost', `"${deviceId}" lost something when it moved`);
      }
      if (event.kind !== 'changed') continue;
      const { before, after } = event;
      const isForward =
        after.version >= before.version && (after.lastSeenAt ?? 0) >= (before.lastSeenAt ?? 0);
      hold(isForward, 'nothing lost', `"${deviceId}" was set back from version ${before.version}`);
    }
  }
}

/** 5. A ghost counts each message once, and none from before the device left. */
function ghostsCounted({ histories }: Aftermath): void {
  for (const { deviceId, events } of histories) {
    for (const event of events) {
      if (event.kind !== 'haunted') continue;
      const { ghost, decommission } = event.after;
      const { count, lastSeenAt } = event.before.ghost ?? { count: 0, lastSeenAt: decommission.at };
      const isNext = ghost?.count === count + 1 && ghost.lastSeenAt > lastSeenAt;
      hold(isNext, 'idempotence', `a message of the decommissioned "${deviceId}" is counted wrongly`);
    }
  }
}

/** What a request has done, if the event is a request's doing. */
function deedOf(event: LifeEvent): string | undefined {
  switch (event.kind) {
    case 'registered':
      return `register ${event.after.requests.at(-1)?.requestId}`;
    case 'changed':
      return event.after.version === event.before.version
        ? undefined
        : `update ${event.after.requests.at(-1)?.requestId}`;
    case 'decommissioned':
      return `decommission ${event.after.decommission.requestId}`;
    case 'restored':
      return `restore ${event.requestId}`;
    // In another afterlife, whose decommissioning was asked for before it, a hold or release is to be done again: a
    // restore that came late has undone it.
    case 'held':
      return `hold ${event.after.hold?.requestId} of ${event.after.decommission.requestId}`;
    case 'released':
      return `release ${event.after.release?.requestId} of ${event.after.decommission.requestId}`;
    case 'holdRequested':
    case 'haunted':
    case 'purged':
      return undefined;
  }
}

/** 5. In one life, no request is carried out twice, and each change makes one version. */
function idempotence({ histories }: Aftermath): void {
  for (const { deviceId, events } of histories) {
    let done = new Set<string>();
    for (const event of events) {
      if (event.kind === 'registered') done = new Set();
      const deed = deedOf(event);
      if (deed === undefined) continue;
      hold(!done.has(deed), 'idempotence', `"${deviceId}": ${deed} was carried out twice`);
      done.add(deed);
      const isStep = event.kind !== 'changed' || event.after.version === event.before.version + 1;
      hold(isStep, 'idempotence', `"${deviceId}": ${deed} made more than one version`);
    }
  }
}

/** 6. What comes back is what left, but for version and updatedAt. */
function losslessRestore({ histories }: Aftermath): void {
  const names = AFTERLIFE.union(RESTORED).union(MARK);
  for (const { deviceId, events } of histories) {
    for (const event of events) {
      if (event.kind !== 'restored') continue;
      const isWhole = isDeepStrictEqual(
        without(event.after, RESTORED.union(MARK)),
        without(event.before, names),
      );
      hold(isWhole, 'lossless restore', `"${deviceId}" came back otherwise than it left`);
      const isNext = event.after.version === event.before.version + 1;
      hold(isNext, 'lossless restore', `"${deviceId}" came back at version ${event.after.version}`);
    }
  }
}

/** When each restore was first tried. */
function restoresStarted(played: readonly PlayedRequest[]): ReadonlyMap<string, number> {
  const started = new Map<string, number>();
  for (const { request, startedAt } of played) {
    if (request.operation !== 'restore') continue;
    const key = `${request.input.deviceId} ${request.input.requestId}`;
    started.set(key, Math.min(startedAt, started.get(key) ?? startedAt));
  }
  return started;
}

/** 7. What is expired does not come back, and what takes its place comes after its ttl. */
function expiredIsGone({ histories, played, nowEpochMs, invalidDevices }: Aftermath): void {
  const started = restoresStarted(played);
  function check(deviceId: string, event: LifeEvent): void {
    if (event.kind === 'restored') {
      const startedAt = started.get(`${deviceId} ${event.requestId}`) ?? Number.POSITIVE_INFINITY;
      hold(!isOver(event.before, startedAt), 'expired is gone', `"${deviceId}" was restored after its ttl`);
    }
    if (event.kind === 'decommissioned' && event.replaced !== undefined) {
      // What is left of it is noted in the same transaction, and when that was.
      const noted = invalidDevices.get(expiredPurge(event.replaced, nowEpochMs).id) as
        | PurgeRecord
        | undefined;
      hold(
        noted !== undefined,
        'conservation',
        `what is left of "${deviceId}" was not noted when it was replaced`,
      );
      const isGone = noted !== undefined && isOver(event.replaced, noted.purge.at);
      hold(isGone, 'conservation', `"${deviceId}" was moved over a record that had not expired`);
    }
    if (event.kind === 'registered' && event.replaced !== undefined) {
      const isGone = isOver(event.replaced, nowEpochMs);
      hold(isGone, 'conservation', `"${deviceId}" was registered although it was decommissioned`);
    }
  }
  for (const { deviceId, events } of histories) {
    for (const event of events) check(deviceId, event);
  }
}

/** Of the decommissioning and what came after it, the newest request decides. */
function isNewest({ decommission }: InvalidDevice, requestedAt: number | undefined): boolean {
  return requestedAt !== undefined && requestedAt >= decommission.requestedAt;
}

function checkHold(deviceId: string, event: LifeEvent): void {
  if (event.kind === 'purged') {
    hold(event.before.ttl !== undefined, 'held is kept', `"${deviceId}" was purged under legal hold`);
  }
  if (event.kind === 'held') {
    const isInTime = event.after.hold !== undefined && !isOver(event.before, event.after.hold.at);
    hold(isInTime, 'expired is gone', `"${deviceId}" was held after its ttl`);
    const isOfThis = isNewest(event.after, event.after.hold?.requestedAt);
    hold(isOfThis, 'idempotence', `"${deviceId}" was held by a request of before`);
  }
  if (event.kind === 'released') {
    const { ttl = 0, release } = event.after;
    const isAhead = release?.ttl === ttl && ttl * 1000 > release.at;
    hold(isAhead, 'held is kept', `"${deviceId}" was released into the past`);
    const isOfThis = isNewest(event.after, event.after.release?.requestedAt);
    hold(isOfThis, 'idempotence', `"${deviceId}" was released by a request of before`);
  }
}

/** What is held is not purged, and expires only after it was released. */
function heldIsKept({ histories }: Aftermath): void {
  for (const { deviceId, events } of histories) {
    for (const event of events) checkHold(deviceId, event);
  }
}

/** All that the tables must show after a round, in the order of DESIGN's invariants. @throws Violation */
export function checkInvariants(aftermath: Aftermath): void {
  conservation(aftermath);
  uniqueness(aftermath);
  noResurrection(aftermath);
  nothingLost(aftermath);
  ghostsCounted(aftermath);
  idempotence(aftermath);
  losslessRestore(aftermath);
  expiredIsGone(aftermath);
  heldIsKept(aftermath);
}
