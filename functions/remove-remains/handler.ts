import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { createDynamoDbClient, createIotClient, createIotDataClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { changePurge, readPurge } from '../../shared/adapters/device-store/purges.ts';
import { readBoth } from '../../shared/adapters/device-store/reads.ts';
import { createRemains } from '../../shared/adapters/remains.ts';
import { removeRemains } from '../../shared/commands/remove-remains.ts';
import { readTables } from '../../shared/config.ts';
import { deviceOfPurge, isDeviceRecord } from '../../shared/domain/purge.ts';
import { deviceIdField, purgeIdField } from '../../shared/input.ts';
import { onTask } from '../../shared/middleware/task.ts';

const context = { client: createDynamoDbClient(), tables: readTables() };
const store = createDeviceStore(context, { readBoth, readPurge, changePurge });
const remains = createRemains(createIotClient(), createIotDataClient());

/** Never the record of a device, which lies in the same table, nor what is left of another one. */
const input = z
  .strictObject({ deviceId: deviceIdField, purgeId: purgeIdField })
  .check(
    z.refine(
      ({ deviceId, purgeId }) => !isDeviceRecord(purgeId) && deviceOfPurge(purgeId) === deviceId,
      'purgeId: must be that of the device, as purge-device has answered it',
    ),
  );

/** The second task of the state machine `purge-device`: removes what is left of the device in AWS IoT. */
export const handler = onTask({ operation: 'removeRemains', input }, async ({ input }, timing) => {
  const leaseId = crypto.randomUUID();
  const { deviceId, purgeId } = input;
  const removed = await removeRemains({ purgeId }, { ...timing, store, remains, leaseId, sleep });
  return { deviceId, outcome: 'removed', receipt: removed?.receipt };
});
