import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Cancellation } from '../../ports.ts';

export interface CancellationReason {
  readonly Code?: string | undefined;
  readonly Message?: string | undefined;
  readonly Item?: Record<string, AttributeValue> | undefined;
}

const CONFLICTS = new Set([
  'TransactionConflict',
  'TransactionConflictException',
  'TransactionInProgressException',
]);
const THROTTLES = new Set([
  'ThrottlingError',
  'ThrottlingException',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
]);

export const isConflict = (code: string): boolean => CONFLICTS.has(code);
export const isThrottle = (code: string): boolean => THROTTLES.has(code);

/**
 * Item by item, in their order; `undefined` for any other error.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html
 */
export function cancellationReasons(error: unknown): readonly CancellationReason[] | undefined {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined;
  return (error as { CancellationReasons?: CancellationReason[] }).CancellationReasons ?? [];
}

/** In the order in which they decide what becomes of the transaction. */
const REASONS = [
  { name: 'TransactionConflict', holds: isConflict },
  { name: 'Throttled', holds: isThrottle },
  { name: 'ConditionalCheckFailed', holds: (code: string) => code === 'ConditionalCheckFailed' },
];

function itemName(item: TransactWriteItem | undefined, invalidDevices: string): string {
  const { Put, Update, Delete, ConditionCheck } = item ?? {};
  const id = (Put?.Item ?? (Update ?? Delete ?? ConditionCheck)?.Key)?.['id']?.S ?? '';
  const guarded = id.indexOf('#');
  if (guarded >= 0) return id.slice(0, guarded);
  const table = (Put ?? Update ?? Delete ?? ConditionCheck)?.TableName;
  return table === invalidDevices ? 'invalidDevice' : 'device';
}

/** What decided a cancellation, and where, by names that are the same for every device. */
export function describeCancellation(
  reasons: readonly CancellationReason[],
  items: readonly TransactWriteItem[],
  invalidDevices: string,
): Pick<Cancellation, 'reason' | 'items'> {
  const codes = reasons.map(({ Code }) => Code ?? 'None');
  const known = REASONS.find(({ holds }) => codes.some(holds));
  const other = codes.find((code) => code !== 'None') ?? 'None';
  const isGiven = known?.holds ?? ((code: string) => code === other);
  return {
    reason: known?.name ?? other,
    items: items
      .filter((_, index) => isGiven(codes[index] ?? 'None'))
      .map((item) => itemName(item, invalidDevices)),
  };
}
