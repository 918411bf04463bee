import { setTimeout as sleep } from 'node:timers/promises';
import { createDynamoDbClient, createIotClient, createIotDataClient } from '../../shared/adapters/clients.ts';
import { createCredentials } from '../../shared/adapters/credentials.ts';
import { changeCredentials } from '../../shared/adapters/device-store/change-credentials.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { listPendingCredentials } from '../../shared/adapters/device-store/list-pending-credentials.ts';
import { readBoth } from '../../shared/adapters/device-store/reads.ts';
import { reconcileCredentials } from '../../shared/commands/reconcile-credentials.ts';
import { readCredentialsRate, readTables } from '../../shared/config.ts';
import { onSchedule } from '../../shared/middleware/schedule.ts';

const context = { client: createDynamoDbClient(), tables: readTables() };
const store = createDeviceStore(context, { readBoth, changeCredentials, listPendingCredentials });
const credentials = createCredentials(createIotClient(), createIotDataClient());
const callsPerSecond = readCredentialsRate();

/** Every minute: works off the certificates that nobody else has got to. */
export const handler = onSchedule({ operation: 'reconcileCredentials' }, (timing, observe) => {
  const leaseId = crypto.randomUUID();
  return reconcileCredentials({ callsPerSecond }, { ...timing, store, credentials, leaseId, sleep, observe });
});
