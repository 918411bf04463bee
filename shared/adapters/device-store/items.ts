import type { TransactWriteItem, Update } from '@aws-sdk/client-dynamodb';
import type { Condition } from './conditions.ts';
import { type Item, toItem } from './records.ts';

type NamesAndValues = Pick<Update, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>;

/** Leaves out what would be empty, which DynamoDB refuses. */
function namesAndValues(names: Record<string, string>, values: Item): NamesAndValues {
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

const conditionOf = ({ expression, names, values }: Condition) =>
  ({
    ConditionExpression: expression,
    ...namesAndValues(names, values),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }) as const;

const keyOf = (id: string): Item => ({ id: { S: id } });

export const put = (table: string, item: Item, condition: Condition): TransactWriteItem => ({
  Put: { TableName: table, Item: item, ...conditionOf(condition) },
});

export const remove = (table: string, id: string, condition: Condition): TransactWriteItem => ({
  Delete: { TableName: table, Key: keyOf(id), ...conditionOf(condition) },
});

export const check = (table: string, id: string, condition: Condition): TransactWriteItem => ({
  ConditionCheck: { TableName: table, Key: keyOf(id), ...conditionOf(condition) },
});

/** An update that sets the attributes that have a value and removes those that are `undefined`. */
export function updateOf(
  table: string,
  id: string,
  changes: Readonly<Record<string, unknown>>,
  condition: Condition,
): Update & { readonly UpdateExpression: string } {
  const set: string[] = [];
  const removed: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [attribute, value] of Object.entries(changes)) {
    if (value === undefined) removed.push(`#set_${attribute}`);
    else {
      set.push(`#set_${attribute} = :set_${attribute}`);
      values[`:set_${attribute}`] = value;
    }
  }
  const names = Object.fromEntries(Object.keys(changes).map((attribute) => [`#set_${attribute}`, attribute]));
  const clauses = [
    ...(set.length > 0 ? [`SET ${set.join(', ')}`] : []),
    ...(removed.length > 0 ? [`REMOVE ${removed.join(', ')}`] : []),
  ];
  return {
    TableName: table,
    Key: keyOf(id),
    UpdateExpression: clauses.join(' '),
    ...conditionOf(condition),
    ...namesAndValues({ ...condition.names, ...names }, { ...condition.values, ...toItem(values) }),
  };
}

/**
 * The same for a write that is no step of a device's life: it takes the mark of the last step away, by which the streams'
 * filters tell the two apart.
 */
export const updateOfNoStep = (
  table: string,
  id: string,
  changes: Readonly<Record<string, unknown>>,
  condition: Condition,
): ReturnType<typeof updateOf> => updateOf(table, id, { ...changes, step: undefined }, condition);

export const update = (...parts: Parameters<typeof updateOf>): TransactWriteItem => ({
  Update: updateOf(...parts),
});

export const updateNoStep = (...parts: Parameters<typeof updateOfNoStep>): TransactWriteItem => ({
  Update: updateOfNoStep(...parts),
});
