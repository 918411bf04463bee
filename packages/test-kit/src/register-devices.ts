import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { toItem } from '../../../shared/adapters/device-store/records.ts';

const WRITES_A_CALL = 25;

/** Puts devices into the table as if they had been registered long ago, without things and certificates. */
export async function registerDevices(
  { clientConfig, tables }: Pick<RunningStack, 'clientConfig' | 'tables'>,
  deviceIds: readonly string[],
): Promise<void> {
  const dynamodb = new DynamoDBClient(clientConfig);
  const at = Date.UTC(2026, 0, 1);
  const puts = deviceIds
    .flatMap((id) => {
      const serialNumber = `SN-${id}`;
      const device = { id, serialNumber, attributes: {}, certificateIds: [], requests: [] };
      const times = { version: 1, registeredAt: at, updatedAt: at };
      return [
        { ...device, ...times },
        { id: `serialNumber#${serialNumber}`, deviceId: id },
      ];
    })
    .map((record) => ({ PutRequest: { Item: toItem(record) } }));
  for (let from = 0; from < puts.length; from += WRITES_A_CALL) {
    const RequestItems = { [tables.devices]: puts.slice(from, from + WRITES_A_CALL) };
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems }));
  }
  dynamodb.destroy();
}
