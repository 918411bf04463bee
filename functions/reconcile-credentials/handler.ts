import { setTimeout as sleep } from 'node:timers/promises';
import { createDynamoDbClient, createIotClient, createIotDataClient } from '../../shared/adapters/clients.ts';
import { createCredentials } from '../../shared/adapters/credentials.ts';
import { changeCredentials } from '../../shared/adapters/device-store/change-credentials.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { listPendingCredentials } from '../../shared/adapters/device-store/list-pending-credentials.ts';
import { changePurge, listPendingPurges, readPurge } from '../../shared/adapters/device-store/purges.ts';
import { readBoth } from '../../shared/adapters/device-store/reads.ts';
import { createRemains } from '../../shared/adapters/remains.ts';
import { reconcile } from '../../shared/commands/reconcile.ts';
import { readCredentialsRate, readTables } from '../../shared/config.ts';
import { onSchedule } from '../../shared/middleware/schedule.ts';

const store = createDeviceStore(
  { client: createDynamoDbClient(), tables: readTables() },
  { readBoth, changeCredentials, listPendingCredentials, readPurge, changePurge, listPendingPurges },
);
const [iot, iotData] = [createIotClient(), createIotDataClient()];
const adapters = {
  store,
  credentials: createCredentials(iot, iotData),
  remains: createRemains(iot, iotData),
};
const callsPerSecond = readCredentialsRate();

/** Every minute: works off the certificates that nobody else has got to, then what is left of devices that are purged. */
export const handler = onSchedule((timing, observe) =>
  reconcile({ callsPerSecond }, { ...timing, ...adapters, leaseId: crypto.randomUUID(), sleep, observe }),
);
