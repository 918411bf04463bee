import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Decommission } from '../../domain/device.ts';

/** A DynamoDB condition with the names and values that it speaks of. */
export interface Condition {
  readonly expression: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

function condition(
  expression: string,
  names: Record<string, string> = {},
  values: Record<string, unknown> = {},
): Condition {
  return { expression, names, values: marshall(values) };
}

function combine(operator: 'AND' | 'OR', conditions: readonly Condition[]): Condition {
  return {
    expression: conditions.map(({ expression }) => `(${expression})`).join(` ${operator} `),
    names: Object.assign({}, ...conditions.map(({ names }) => names)),
    values: Object.assign({}, ...conditions.map(({ values }) => values)),
  };
}

export const allOf = (...conditions: Condition[]): Condition => combine('AND', conditions);
export const anyOf = (...conditions: Condition[]): Condition => combine('OR', conditions);

export const exists: Condition = condition('attribute_exists(id)');
export const isAbsent: Condition = condition('attribute_not_exists(id)');

/** The retention is over, whether DynamoDB has removed the item or not. */
export const isExpiredAt = (epochSeconds: number): Condition =>
  condition('#ttl <= :now', { '#ttl': 'ttl' }, { ':now': epochSeconds });

export const isUnexpiredAt = (epochSeconds: number): Condition =>
  condition('attribute_not_exists(#ttl) OR #ttl > :now', { '#ttl': 'ttl' }, { ':now': epochSeconds });

/** An afterlife with an end: not under legal hold. */
export const hasTtl: Condition = condition('attribute_exists(#ttl)', { '#ttl': 'ttl' });

/** The guard is nobody's any more, or was the device's own, of a life before this one that another clock has seen end. */
export const isFreeFor = (deviceId: string, epochSeconds: number): Condition =>
  anyOf(isAbsent, isExpiredAt(epochSeconds), isOwnedBy(deviceId));

export const isOwnedBy = (deviceId: string): Condition =>
  condition('deviceId = :owner', {}, { ':owner': deviceId });

export const isUnclaimedOrOwnedBy = (deviceId: string): Condition => anyOf(isAbsent, isOwnedBy(deviceId));

/** The record is out of service for good, and was taken out of it no later than `requestedAt`. */
export const isExpiredFrom = (epochSeconds: number, requestedAt: number): Condition =>
  allOf(
    isExpiredAt(epochSeconds),
    condition('decommission.requestedAt <= :requestedAt', {}, { ':requestedAt': requestedAt }),
  );

export const hasVersion = (version: number): Condition =>
  condition('#version = :version', { '#version': 'version' }, { ':version': version });

/** A top-level attribute is just as it was read, absent included. */
export function isStill(attribute: string, value: AttributeValue | undefined): Condition {
  const names = { [`#${attribute}`]: attribute };
  if (value === undefined) return condition(`attribute_not_exists(#${attribute})`, names);
  return { expression: `#${attribute} = :${attribute}`, names, values: { [`:${attribute}`]: value } };
}

/** It is this decommissioning that the record lies here for. */
export const isDecommissionedBy = ({ at, requestId }: Decommission): Condition =>
  condition(
    'decommission.#at = :decommissionedAt AND decommission.requestId = :decommissionedBy',
    { '#at': 'at' },
    { ':decommissionedAt': at, ':decommissionedBy': requestId },
  );

/** No restore has come between: none that was asked for later, and none that undid this very request. */
export const isNotUndone = ({ requestId, requestedAt }: Decommission): Condition =>
  condition(
    'attribute_not_exists(lastRestore) OR ' +
      '(lastRestore.requestedAt <= :requestedAt AND lastRestore.undone.requestId <> :requestId)',
    {},
    { ':requestedAt': requestedAt, ':requestId': requestId },
  );

/** The last restore was asked for by another request. */
export const isNotRestoredBy = (requestId: string): Condition =>
  condition(
    'attribute_not_exists(lastRestore) OR lastRestore.requestId <> :requestId',
    {},
    { ':requestId': requestId },
  );

export const isSeenBefore = (epochMs: number): Condition =>
  condition('attribute_not_exists(lastSeenAt) OR lastSeenAt < :seenAt', {}, { ':seenAt': epochMs });
