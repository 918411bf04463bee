import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Presence } from '../../domain/device.ts';
import type { DeviceStore, SightingOutcome, Timing } from '../../ports.ts';
import { allOf, type Condition, exists, isSeenBefore } from './conditions.ts';
import { updateOf } from './items.ts';
import { toItem } from './records.ts';
import { retryTransientFaults } from './transact.ts';

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

type Sightings = Pick<DeviceStore, 'recordHeartbeat' | 'recordPresence'>;

/** What is seen of devices: conditional writes that can neither create a device nor bring one back. */
export function createSightings(client: DynamoDBClient, devicesTable: string): Sightings {
  async function record(
    deviceId: string,
    { changes, isNewer }: { readonly changes: Record<string, unknown>; readonly isNewer: Condition },
    timing: Timing,
  ): Promise<SightingOutcome> {
    const update = updateOf(devicesTable, deviceId, changes, allOf(exists, isNewer));
    try {
      await retryTransientFaults((options) => client.send(new UpdateItemCommand(update), options), timing);
      return { outcome: 'recorded' };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { outcome: error.Item === undefined ? 'deviceMissing' : 'unchanged' };
    }
  }

  return {
    recordHeartbeat: (deviceId, lastSeenAt, timing) =>
      record(deviceId, { changes: { lastSeenAt }, isNewer: isSeenBefore(lastSeenAt) }, timing),
    recordPresence: (deviceId, presence, timing) =>
      record(deviceId, { changes: { presence }, isNewer: isPresenceBefore(presence) }, timing),
  };
}
