import * as z from 'zod/mini';
import { createDynamoDbClient, createIotClient, createIotDataClient } from '../../shared/adapters/clients.ts';
import { createCredentials } from '../../shared/adapters/credentials.ts';
import { changeCredentials } from '../../shared/adapters/device-store/change-credentials.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { readBoth } from '../../shared/adapters/device-store/reads.ts';
import { settleCredentials } from '../../shared/commands/settle-credentials.ts';
import { readTables } from '../../shared/config.ts';
import { deviceIdField } from '../../shared/input.ts';
import { onTask } from '../../shared/middleware/task.ts';

const context = { client: createDynamoDbClient(), tables: readTables() };
const store = createDeviceStore(context, { readBoth, changeCredentials });
const credentials = createCredentials(createIotClient(), createIotDataClient());

const input = z.strictObject({ deviceId: deviceIdField });

/** A task of both state machines: turns a device's certificates off, or on again, whichever is due. */
export const handler = onTask({ operation: 'settleCredentials', input }, async ({ input }, timing) => {
  const leaseId = crypto.randomUUID();
  const result = await settleCredentials(input, { ...timing, store, credentials, leaseId });
  return { ...result, outcome: result.credentials };
});
