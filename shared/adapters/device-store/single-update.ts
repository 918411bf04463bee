import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Timing } from '../../ports.ts';
import type { updateOf } from './items.ts';
import { retryTransientFaults } from './transact.ts';

/** `existing` is what the condition failed on; absent where there is no item. */
export type SingleUpdateOutcome =
  /** `item` is what the update returns, by its `ReturnValues`. */
  | { readonly outcome: 'updated'; readonly item: Readonly<Record<string, AttributeValue>> }
  | {
      readonly outcome: 'conditionFailed';
      readonly existing: Readonly<Record<string, AttributeValue>> | undefined;
    };

/** One conditional `UpdateItem` call. A failed condition is an answer and never retried. */
export async function updateSingle(
  client: DynamoDBClient,
  update: ReturnType<typeof updateOf> & Pick<UpdateItemCommandInput, 'ReturnValues'>,
  timing: Timing,
): Promise<SingleUpdateOutcome> {
  try {
    const { Attributes = {} } = await retryTransientFaults(
      (options) => client.send(new UpdateItemCommand(update), options),
      timing,
    );
    return { outcome: 'updated', item: Attributes };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { outcome: 'conditionFailed', existing: error.Item };
  }
}
