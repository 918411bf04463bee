import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Timing } from '../../ports.ts';
import type { StoreContext } from './operation.ts';
import { PENDING_SHARDS, pendingPartition } from './records.ts';
import { retryTransientFaults } from './transact.ts';

/** The sparse index of both tables over what is to be done in AWS IoT. */
const PENDING_CREDENTIALS_INDEX = 'pending-credentials';

/** What there is to do: on which tables, and of which kind. */
export interface Pending {
  readonly tables: readonly string[];
  readonly kind: 'credentials' | 'purge';
}

interface Page {
  readonly order: 'newestFirst' | 'oldestFirst';
  readonly limit: number;
}

async function queryPartition(
  client: StoreContext['client'],
  { table, partition }: { readonly table: string; readonly partition: string },
  { order, limit }: Page,
  timing: Timing,
) {
  const query = new QueryCommand({
    TableName: table,
    IndexName: PENDING_CREDENTIALS_INDEX,
    KeyConditionExpression: 'pendingCredentials = :partition',
    ExpressionAttributeValues: { ':partition': { S: partition } },
    ScanIndexForward: order === 'oldestFirst',
    Limit: limit,
  });
  const { Items = [] } = await retryTransientFaults((options) => client.send(query, options), timing);
  return Items.map(({ id, pendingSince }) => ({ id: id?.S ?? '', pendingSince: Number(pendingSince?.N) }));
}

/** Asks every partition, since each may have all that is wanted. */
export async function queryPending(
  { client }: Pick<StoreContext, 'client'>,
  { tables, kind }: Pending,
  page: Page,
  timing: Timing,
): Promise<readonly { readonly id: string; readonly pendingSince: number }[]> {
  const partitions = tables.flatMap((table) =>
    Array.from({ length: PENDING_SHARDS }, (_, shard) => ({
      table,
      partition: pendingPartition(kind, shard),
    })),
  );
  const pages = await Promise.all(
    partitions.map((partition) => queryPartition(client, partition, page, timing)),
  );
  const sign = page.order === 'newestFirst' ? -1 : 1;
  return pages
    .flat()
    .sort((one, other) => sign * (one.pendingSince - other.pendingSince))
    .slice(0, page.limit);
}
