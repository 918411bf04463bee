import { AwsError, type AwsRequest, type AwsResponse } from '../aws.ts';

const SINGLE_WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);
const TRANSACTIONS = new Set(['TransactWriteItems', 'TransactGetItems']);

/** Whether DynamoDB can refuse an operation because a transaction is under way. */
export const canConflict = (operation: string): boolean =>
  SINGLE_WRITES.has(operation) || TRANSACTIONS.has(operation);

/**
 * What DynamoDB answers when a transaction is under way with an item: for a transaction, the conflict is one item's,
 * chosen by `fraction`. Throws an {@link AwsError} for a single write.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export function transactionConflict(request: AwsRequest, operation: string, fraction: number): AwsResponse {
  if (SINGLE_WRITES.has(operation)) {
    throw new AwsError('TransactionConflictException', 'Transaction is ongoing for the item');
  }
  const count = Math.max(1, itemCount(request));
  const struck = Math.floor(fraction * count);
  const reasons = Array.from({ length: count }, (_, index) =>
    index === struck
      ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
      : { Code: 'None' },
  );
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
      CancellationReasons: reasons,
    }),
  };
}

/** None where the body is not a transaction's: the engine will say so. */
function itemCount({ body }: AwsRequest): number {
  try {
    const items: unknown = Object(JSON.parse(body.toString('utf8')))['TransactItems'];
    return Array.isArray(items) ? items.length : 0;
  } catch {
    return 0;
  }
}
