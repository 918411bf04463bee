import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { PENDING_INDEX, PENDING_PARTITIONS } from '@device-lifecycle/operator/device/reader.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { Count, Pending } from '../../contract/overview.ts';

/**
 * Of a partition, and so 16,000 of a table, for 200 read units: a backlog of a million devices lasts a day, and is asked
 * for every few seconds. Nobody acts on the difference beyond.
 */
const MAX_KEYS = 1_000;

/** Counts what is still to be done in AWS IoT, by the sparse index of the tables. Errors are those of the SDK. */
export async function countPending(
  client: DynamoDBClient,
  { devices, invalidDevices }: Stack['tables'],
): Promise<Pending> {
  const of = (tables: readonly string[], prefix: string) =>
    sumOf(
      tables.flatMap((table) =>
        Array.from({ length: PENDING_PARTITIONS }, (_, partition) =>
          countPartition(client, table, `${prefix}${partition}`),
        ),
      ),
    );
  const [credentials, purges] = await Promise.all([
    of([devices, invalidDevices], ''),
    of([invalidDevices], 'purge-'),
  ]);
  return { credentials, purges };
}

async function sumOf(counting: readonly Promise<Count>[]): Promise<Count> {
  const counts = await Promise.all(counting);
  return {
    count: counts.reduce((sum, { count }) => sum + count, 0),
    isAtLeast: counts.some(({ isAtLeast }) => isAtLeast),
  };
}

async function countPartition(client: DynamoDBClient, TableName: string, partition: string): Promise<Count> {
  const { Count = 0, LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: PENDING_INDEX,
      Select: 'COUNT',
      KeyConditionExpression: 'pendingCredentials = :partition',
      ExpressionAttributeValues: { ':partition': { S: partition } },
      Limit: MAX_KEYS,
    }),
  );
  return { count: Count, isAtLeast: LastEvaluatedKey !== undefined };
}
