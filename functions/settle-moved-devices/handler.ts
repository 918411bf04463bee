import { setTimeout as sleep } from 'node:timers/promises';
import { createDynamoDbClient, createIotClient, createIotDataClient } from '../../shared/adapters/clients.ts';
import { createCredentials } from '../../shared/adapters/credentials.ts';
import { changeCredentials } from '../../shared/adapters/device-store/change-credentials.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { recordPurge } from '../../shared/adapters/device-store/purges.ts';
import { readBoth } from '../../shared/adapters/device-store/reads.ts';
import { invalidItem, readStored } from '../../shared/adapters/stored-items.ts';
import { noteExpiry } from '../../shared/commands/note-expiry.ts';
import { settleCredentials } from '../../shared/commands/settle-credentials.ts';
import { readTables } from '../../shared/config.ts';
import type { InvalidDevice } from '../../shared/domain/device.ts';
import { onStream } from '../../shared/middleware/stream.ts';

const context = { client: createDynamoDbClient(), tables: readTables() };
const store = createDeviceStore(context, { readBoth, changeCredentials, recordPurge });
const credentials = createCredentials(createIotClient(), createIotDataClient());

/**
 * The streams of both tables: a device has moved, and its certificates are to follow, at once where quotas allow; or
 * its afterlife is over, and what is left of it is noted, to be removed.
 */
export const handler = onStream({
  operation: 'settleCredentials',
  async moved({ deviceId }, timing) {
    const leaseId = crypto.randomUUID();
    const result = await settleCredentials({ deviceId }, { ...timing, store, credentials, leaseId });
    return { ...result, outcome: result.credentials };
  },
  async removed({ item, removedAt }, timing) {
    const device = readStored(invalidItem, item) as unknown as InvalidDevice;
    await noteExpiry({ device, removedAt }, { ...timing, store, sleep });
    return { outcome: 'expired' };
  },
});
