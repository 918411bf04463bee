import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Presence } from '../../domain/device.ts';
import type { SightingOutcome, Timing } from '../../ports.ts';
import { allOf, type Condition, exists, isSeenBefore } from './conditions.ts';
import { updateOfNoStep } from './items.ts';
import type { Operation } from './operation.ts';
import { toItem } from './records.ts';
import { updateSingle } from './single-update.ts';

/**
 * `versionNumber` restarts at 0 after about an hour offline, and AWS stamps events to within two minutes. So events
 * further apart than this are ordered by time, nearer ones by `versionNumber`; any bound between the two will do.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
 */
const VERSION_NUMBERS_COMPARE_WITHIN_MS = 30 * 60 * 1000;

/** The stored presence is older than the one that comes. */
function isPresenceBefore({ connected, sessionIdentifier, versionNumber, at }: Presence): Condition {
  const endsTheSameSession =
    'presence.sessionIdentifier = :session AND presence.connected = :true AND :true <> :connected';
  const isAnOtherSession = 'presence.sessionIdentifier <> :session';
  const isLongAgo = 'presence.#at < :longBefore';
  const hasLowerVersion = 'presence.versionNumber < :versionNumber AND presence.#at <= :longAfter';
  const isEarlierAtTheSameVersion = 'presence.versionNumber = :versionNumber AND presence.#at < :at';
  return {
    expression:
      `attribute_not_exists(presence) OR (${endsTheSameSession}) OR ` +
      `(${isAnOtherSession} AND ((${isLongAgo}) OR (${hasLowerVersion}) OR (${isEarlierAtTheSameVersion})))`,
    names: { '#at': 'at' },
    values: toItem({
      ':session': sessionIdentifier,
      ':true': true,
      ':connected': connected,
      ':versionNumber': versionNumber,
      ':at': at,
      ':longBefore': at - VERSION_NUMBERS_COMPARE_WITHIN_MS,
      ':longAfter': at + VERSION_NUMBERS_COMPARE_WITHIN_MS,
    }),
  };
}

/** Conditional writes that can neither create a device nor bring one back. */
async function recordSighting(
  client: DynamoDBClient,
  update: ReturnType<typeof updateOfNoStep>,
  timing: Timing,
): Promise<SightingOutcome> {
  const result = await updateSingle(client, update, timing);
  if (result.outcome === 'updated') return { outcome: 'recorded' };
  return { outcome: result.existing === undefined ? 'deviceMissing' : 'unchanged' };
}

export const recordHeartbeat: Operation<'recordHeartbeat'> =
  ({ client, tables: { devices } }) =>
  (deviceId, lastSeenAt, timing) => {
    const isNewer = allOf(exists, isSeenBefore(lastSeenAt));
    return recordSighting(client, updateOfNoStep(devices, deviceId, { lastSeenAt }, isNewer), timing);
  };

export const recordPresence: Operation<'recordPresence'> =
  ({ client, tables: { devices } }) =>
  (deviceId, presence, timing) => {
    const isNewer = allOf(exists, isPresenceBefore(presence));
    return recordSighting(client, updateOfNoStep(devices, deviceId, { presence }, isNewer), timing);
  };
