import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { PendingCredentials, Timing } from '../../ports.ts';
import type { Operation, StoreContext } from './operation.ts';
import { PENDING_SHARDS } from './records.ts';
import { retryTransientFaults } from './transact.ts';

/** The sparse index of both tables over what is to be done to certificates. */
const PENDING_CREDENTIALS_INDEX = 'pending-credentials';

interface Shard {
  readonly table: string;
  readonly shard: number;
}

interface Page {
  readonly isNewestFirst: boolean;
  readonly limit: number;
}

async function queryShard(
  client: StoreContext['client'],
  { table, shard }: Shard,
  { isNewestFirst, limit }: Page,
  timing: Timing,
): Promise<readonly PendingCredentials[]> {
  const query = new QueryCommand({
    TableName: table,
    IndexName: PENDING_CREDENTIALS_INDEX,
    KeyConditionExpression: 'pendingCredentials = :shard',
    ExpressionAttributeValues: { ':shard': { S: String(shard) } },
    ScanIndexForward: !isNewestFirst,
    Limit: limit,
  });
  const { Items = [] } = await retryTransientFaults((options) => client.send(query, options), timing);
  return Items.map(({ id, pendingSince }) => ({
    deviceId: id?.S ?? '',
    pendingSince: Number(pendingSince?.N),
  }));
}

/** Asks every shard of both tables, since each may have all that is wanted. */
export const listPendingCredentials: Operation<'listPendingCredentials'> =
  ({ client, tables: { devices, invalidDevices } }) =>
  async (order, limit, timing) => {
    const isNewestFirst = order === 'newestFirst';
    const shards = [devices, invalidDevices].flatMap((table) =>
      Array.from({ length: PENDING_SHARDS }, (_, shard) => ({ table, shard })),
    );
    const pages = await Promise.all(
      shards.map((shard) => queryShard(client, shard, { isNewestFirst, limit }, timing)),
    );
    const sign = isNewestFirst ? -1 : 1;
    return pages
      .flat()
      .sort((one, other) => sign * (one.pendingSince - other.pendingSince))
      .slice(0, limit);
  };
