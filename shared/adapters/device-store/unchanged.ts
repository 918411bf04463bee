import type { Device, InvalidDevice } from '../../domain/device.ts';
import type { Snapshot } from '../../ports.ts';
import { allOf, type Condition, hasVersion, isOwnedBy, isStill, isUnexpiredAt } from './conditions.ts';
import { rawItem } from './records.ts';

/** Nothing but heartbeats and presence has touched the record; a device registered anew is another record. */
export const isSameVersion = (current: Snapshot<Device>): Condition =>
  allOf(hasVersion(current.record.version), isStill('registeredAt', rawItem(current)['registeredAt']));

/** The record is just as it was read, heartbeats and presence included, so that a move loses nothing. */
export const isUnchanged = (current: Snapshot<Device>): Condition =>
  allOf(
    isSameVersion(current),
    isStill('lastSeenAt', rawItem(current)['lastSeenAt']),
    isStill('presence', rawItem(current)['presence']),
    isStill('credentialsWork', rawItem(current)['credentialsWork']),
  );

/** The invalid record lies there since the same decommissioning, is held or not as it was, and is not expired. */
export const isSameAfterlife = (current: Snapshot<InvalidDevice>, nowEpochSeconds: number): Condition =>
  allOf(
    isStill('decommission', rawItem(current)['decommission']),
    isStill('ttl', rawItem(current)['ttl']),
    isStill('hold', rawItem(current)['hold']),
    isStill('release', rawItem(current)['release']),
    isStill('holdRequestedAt', rawItem(current)['holdRequestedAt']),
    isUnexpiredAt(nowEpochSeconds),
  );

/** The guard of an invalid record: a device that has the id by now has guards without a `ttl`, or with another. */
export const isGuardOf = (current: Snapshot<InvalidDevice>): Condition =>
  allOf(isOwnedBy(current.record.id), isStill('ttl', rawItem(current)['ttl']));

/** The invalid record is the one that was read, and its retention is not over. */
export const isSameAndUnexpired = (current: Snapshot<InvalidDevice>, nowEpochSeconds: number): Condition =>
  allOf(
    isSameAfterlife(current, nowEpochSeconds),
    isStill('credentials', rawItem(current)['credentials']),
    isStill('credentialsWork', rawItem(current)['credentialsWork']),
  );

/** The record is the one that was read, in the table where it was, and nobody else has begun to work on its credentials. */
export const isSameForCredentials = (current: Snapshot<Device | InvalidDevice>): Condition =>
  allOf(
    isSameVersion(current),
    isStill('decommission', rawItem(current)['decommission']),
    isStill('credentialsWork', rawItem(current)['credentialsWork']),
  );
