import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import type { Changes, MembershipChange } from './changes.ts';
import type { EventConfigurations } from './event-configurations.ts';
import type { ThingRecord } from './things.ts';

export interface RegistryEventsOptions {
  readonly changes: Changes;
  readonly configurations: EventConfigurations;
  readonly clock: Clock;
  readonly accountId: string;
  readonly publish: (topic: string, payload: Buffer) => Promise<void>;
  readonly log: RuntimeLog;
}

/**
 * Publishes what changes in the registry, where the account has that enabled, to `$aws/events/thing/{thingName}/…` and
 * `$aws/events/thingGroupMembership/…`. Source: AWS IoT developer guide, "Registry events".
 */
export function publishRegistryEvents(options: RegistryEventsOptions): void {
  const { changes, configurations, clock, accountId, log } = options;
  const publish = (topic: string, event: object): void => {
    const common = { eventId: randomUUID(), timestamp: clock.now(), accountId };
    options.publish(topic, Buffer.from(JSON.stringify({ ...common, ...event }))).catch((error: unknown) => {
      log.error(`An event on ${topic} could not be published: ${String(error)}`);
    });
  };
  changes.on('thing', (operation, thing) => {
    if (!configurations.isEnabled('THING')) return;
    publish(`$aws/events/thing/${thing.thingName}/${operation.toLowerCase()}`, thingEvent(operation, thing));
  });
  changes.on('membership', (change) => {
    if (!configurations.isEnabled('THING_GROUP_MEMBERSHIP')) return;
    const { operation, thing, thingGroupName } = change;
    const path = `thingGroup/${thingGroupName}/thing/${thing.thingName}/${operation.toLowerCase()}`;
    publish(`$aws/events/thingGroupMembership/${path}`, membershipEvent(change));
  });
}

function thingEvent(operation: string, thing: ThingRecord): object {
  const { thingId, thingName, version, thingTypeName = null, attributes } = thing;
  return {
    eventType: 'THING_EVENT',
    operation,
    thingId,
    thingName,
    versionNumber: version,
    thingTypeName,
    billingGroupName: null,
    attributes,
  };
}

function membershipEvent({ operation, thing, thingGroupArn, thingGroupId }: MembershipChange): object {
  return {
    eventType: 'THING_GROUP_MEMBERSHIP_EVENT',
    operation,
    groupArn: thingGroupArn,
    groupId: thingGroupId,
    thingArn: thing.thingArn,
    thingId: thing.thingId,
    membershipId: `${thing.thingId}:${thingGroupId}`,
  };
}
