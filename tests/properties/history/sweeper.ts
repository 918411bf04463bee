import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Random } from '@device-lifecycle/test-kit/random.ts';
import { scanTable } from '@device-lifecycle/test-kit/tables.ts';
import type { Tables } from '../../../shared/adapters/device-store/operation.ts';
import type { Sweep } from './attempt.ts';

/** DynamoDB's TTL: removes what has expired, one item at a time and some time after. */
export class Sweeper {
  readonly #client: DynamoDBClient;
  readonly #tables: Tables;

  constructor(client: DynamoDBClient, tables: Tables) {
    this.#client = client;
    this.#tables = tables;
  }

  /** One of the items that have expired, if there are any. */
  async sweep(random: Random, nowEpochMs: number): Promise<Omit<Sweep, 'sweptAt'> | undefined> {
    const { devices, invalidDevices } = this.#tables;
    const table = random.pick([devices, invalidDevices]);
    const expired = [...(await scanTable(this.#client, table))]
      .filter(([, { ttl }]) => ttl?.N !== undefined && Number(ttl.N) * 1000 <= nowEpochMs)
      .sort(([one], [other]) => one.localeCompare(other));
    if (expired.length === 0) return undefined;
    const [id, { deviceId }] = random.pick(expired);
    await this.#client.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: id } } }));
    return table === devices ? { deviceId: deviceId?.S ?? '', guardId: id } : { deviceId: id };
  }
}
