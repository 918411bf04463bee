import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DeviceStore } from '../../ports.ts';
import type { Operation, Tables } from './operation.ts';

type Operations = { readonly [Name in keyof DeviceStore]?: Operation<Name> };

/**
 * A device store on DynamoDB with just these operations: what a function does not name is not in its package, and its
 * role need not allow it. `client` should keep its connections alive.
 */
export function createDeviceStore<Chosen extends Operations>(
  client: DynamoDBClient,
  tables: Tables,
  operations: Chosen,
): Pick<DeviceStore, keyof Chosen & keyof DeviceStore> {
  const methods = Object.entries(operations).map(([name, operation]) => [name, operation(client, tables)]);
  return Object.fromEntries(methods);
}
