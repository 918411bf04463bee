import type { Mutant } from './mutation.ts';

const STORE = 'shared/adapters/device-store';

/** Faults in the store's conditions, the order of things, and what is tried again, by what each breaks. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a move takes whatever is there',
    file: `${STORE}/decommission.ts`,
    text: 'remove(devices, id, isUnchanged(current))',
    replacement: "remove(devices, id, isStill('id', rawItem(current)['id']))",
    seed: 1,
  },
  {
    name: 'a move is done step by step',
    file: `${STORE}/transact.ts`,
    text: 'await client.send(new TransactWriteItemsCommand({ TransactItems }), options);',
    replacement:
      'for (const item of TransactItems) await client.send(new TransactWriteItemsCommand({ TransactItems: [item] }), options);',
    seed: 1,
  },
  {
    name: 'guards outlive their record',
    file: `${STORE}/decommission.ts`,
    text: 'return update(devices, guardId(claim), { ttl },',
    replacement: 'return update(devices, guardId(claim), { ttl: undefined },',
    seed: 2,
  },
  {
    name: 'a decommissioning that was undone is done again',
    file: `${STORE}/decommission.ts`,
    text: 'allOf(isOwnedBy(id), ...isFree)',
    replacement: '(isFree.length, isOwnedBy(id))',
    seed: 3,
  },
  {
    name: 'a record is put over what lies there',
    file: `${STORE}/decommission.ts`,
    text: 'put(invalidDevices, item, isAbsent)',
    replacement:
      'put(invalidDevices, item, { ...isAbsent, expression: "attribute_not_exists(id) OR attribute_exists(id)" })',
    seed: 40,
  },
  {
    name: 'a restore removes whatever lies there',
    file: `${STORE}/restore.ts`,
    text: 'remove(invalidDevices, id, isSameAndUnexpired(current, now))',
    replacement: '{ Delete: { TableName: invalidDevices, Key: { id: { S: id } } } }',
    seed: 9,
  },
  {
    name: 'a restore forgets that it was done',
    file: `${STORE}/restore.ts`,
    text: 'claimGuard(claim, id, { lastRestore }),',
    replacement: 'claimGuard(claim, id),',
    seed: 2,
  },
  {
    name: 'a restore of before brings back what left after',
    file: 'shared/commands/restore-device.ts',
    text: 'requestedAt < current.record.decommission.requestedAt',
    replacement: 'requestedAt < 0',
    seed: 3,
  },
  {
    name: 'a decommissioned device registers',
    file: `${STORE}/register.ts`,
    text: 'anyOf(isAbsent, isExpiredFrom(now, device.registeredAt))',
    replacement:
      'anyOf(isAbsent, isExpiredFrom(now, device.registeredAt), { ...isAbsent, expression: "attribute_exists(id)" })',
    seed: 2,
  },
  {
    name: 'a late registration takes what has expired since',
    file: `${STORE}/conditions.ts`,
    text: "condition('decommission.requestedAt <= :requestedAt'",
    replacement:
      "condition('decommission.requestedAt <= :requestedAt OR decommission.requestedAt > :requestedAt'",
    seed: 40,
  },
  {
    name: 'a registration takes what is another one’s',
    file: `${STORE}/conditions.ts`,
    text: 'anyOf(isAbsent, isExpiredAt(epochSeconds), isOwnedBy(deviceId))',
    replacement: 'anyOf(isAbsent, exists, isExpiredAt(epochSeconds), isOwnedBy(deviceId))',
    seed: 5,
  },
  {
    name: 'an update is made on top of another',
    file: `${STORE}/update.ts`,
    text: 'updateItem(devices, id, changes, isSameVersion(current))',
    replacement:
      'updateItem(devices, id, changes, isOwnedBy(id) && { ...isSameVersion(current), expression: "attribute_exists(id)", names: {}, values: {} })',
    seed: 18,
  },
  {
    name: 'an update keeps what it gives up',
    file: `${STORE}/update.ts`,
    text: '...given.map((claim) => remove(devices, guardId(claim), isOwnedBy(id))),',
    replacement: '',
    seed: 6,
  },
  {
    name: 'an update loses the memory of a restore',
    file: `${STORE}/update.ts`,
    text: "claim.attribute === 'serialNumber' ? { lastRestore } : {}",
    replacement: '{}',
    seed: 29,
  },
  {
    name: 'an update remembers another answer',
    file: 'shared/commands/update-device.ts',
    text: "      operation: 'update',\n      version,",
    replacement: "      operation: 'update',\n      version: device.version,",
    seed: 2,
  },
  {
    name: 'a late update is taken',
    file: 'shared/commands/update-device.ts',
    text: 'input.requestedAt < device.updatedAt',
    replacement: 'input.requestedAt < 0',
    seed: 2,
  },
  {
    name: 'a registration forgets that it was done',
    file: 'shared/domain/device.ts',
    text: 'request.requestId === requestId && request.operation === operation',
    replacement:
      "request.requestId === requestId && request.operation === 'update' && operation === 'update'",
    seed: 1,
  },
  {
    name: 'a heartbeat makes a record',
    file: `${STORE}/sightings.ts`,
    text: 'allOf(exists, isSeenBefore(lastSeenAt))',
    replacement: 'isSeenBefore(lastSeenAt)',
    seed: 1,
  },
  {
    name: 'a late heartbeat sets a device back',
    file: `${STORE}/conditions.ts`,
    text: 'lastSeenAt < :seenAt',
    replacement: 'lastSeenAt <> :seenAt',
    seed: 1,
  },
  {
    name: 'a late presence is the last',
    file: `${STORE}/sightings.ts`,
    text: 'presence.versionNumber < :versionNumber',
    replacement: 'presence.versionNumber <> :versionNumber',
    seed: 3,
  },
  {
    name: 'a hold leaves the guards to their end',
    file: `${STORE}/change-ttl.ts`,
    text: 'update(devices, guardId(claim), { ttl }, isGuardOf(current))',
    replacement: 'check(devices, guardId(claim), isGuardOf(current))',
    seed: 4,
  },
  {
    name: 'a hold is put on whatever lies there',
    file: `${STORE}/change-ttl.ts`,
    text: 'isSameAfterlife(current, now)',
    replacement:
      '{ ...isSameAfterlife(current, now), expression: "attribute_exists(id)", names: {}, values: {} }',
    seed: 105,
  },
  {
    name: 'a late release is taken',
    file: 'shared/commands/legal-hold.ts',
    text: 'requestedAt < Math.max(decommission.requestedAt, holdRequestedAt ?? 0)',
    replacement: 'requestedAt < Math.min(0, decommission.requestedAt, holdRequestedAt ?? 0)',
    seed: 4,
  },
  {
    name: 'a purge leaves the guards',
    file: `${STORE}/purge.ts`,
    text: '...claimsOf(current.record).map((claim) => remove(devices, guardId(claim), isGuardOf(current))),',
    replacement: '',
    seed: 21,
  },
  {
    name: 'a purge of before removes what left after',
    file: 'shared/commands/purge-device.ts',
    text: 'requestedAt < record.decommission.requestedAt',
    replacement: 'requestedAt < 0',
    seed: 3,
  },
  {
    name: 'the tables are looked at one after the other',
    file: `${STORE}/reads.ts`,
    text: `    const { Responses = [] } = await retryTransientFaults((options) => client.send(getBoth, options), timing);
    const [device, invalidDevice] = Responses.map(({ Item }) => Item);`,
    replacement: `    const device = await readItem(client, { table: devices, id: deviceId }, timing);
    const invalidDevice = getBoth && (await readItem(client, { table: invalidDevices, id: deviceId }, timing));`,
    seed: 7,
  },
  {
    name: 'no answer is taken for success',
    file: `${STORE}/transact.ts`,
    text: '      if (transientFault(error) !== undefined) throw error;',
    replacement:
      "      if (isUnanswered(error)) return { outcome: 'committed' };\n      if (transientFault(error) !== undefined) throw error;",
    seed: 1,
  },
  {
    name: 'a failed condition is tried again',
    file: `${STORE}/cancellations.ts`,
    text: "  'TransactionInProgressException',\n",
    replacement: "  'TransactionInProgressException',\n  'ConditionalCheckFailed',\n",
    seed: 1,
  },
  {
    name: 'a conflict beside a failed condition is an answer',
    file: `${STORE}/transact.ts`,
    text: '      if (transientFault(error) !== undefined) throw error;\n      const failed',
    replacement: '      const failed',
    seed: 15,
  },
  {
    name: 'an unchanged record is not read again',
    file: 'shared/commands/attempts.ts',
    text: 'if (result !== CHANGED) return result;',
    replacement: 'return result as T;',
    seed: 1,
  },
  {
    name: 'a retention that ends before another try is not over',
    file: `${STORE}/conditions.ts`,
    text: "'attribute_not_exists(#ttl) OR #ttl > :now'",
    replacement: "'attribute_not_exists(#ttl) OR #ttl > :now OR attribute_exists(#ttl)'",
    seed: 128,
  },
];
