import { createDynamoDbClient, createIotClient, createIotDataClient } from '../../shared/adapters/clients.ts';
import { createCredentials } from '../../shared/adapters/credentials.ts';
import { changeCredentials } from '../../shared/adapters/device-store/change-credentials.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { readBoth } from '../../shared/adapters/device-store/reads.ts';
import { settleCredentials } from '../../shared/commands/settle-credentials.ts';
import { readTables } from '../../shared/config.ts';
import { onStream } from '../../shared/middleware/stream.ts';

const context = { client: createDynamoDbClient(), tables: readTables() };
const store = createDeviceStore(context, { readBoth, changeCredentials });
const credentials = createCredentials(createIotClient(), createIotDataClient());

/** The streams of both tables: a device has moved, and its certificates are to follow, at once where quotas allow. */
export const handler = onStream({ operation: 'settleCredentials' }, async ({ deviceId }, timing) => {
  const leaseId = crypto.randomUUID();
  const result = await settleCredentials({ deviceId }, { ...timing, store, credentials, leaseId });
  return { ...result, outcome: result.credentials };
});
