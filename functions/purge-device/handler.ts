import { createDynamoDbClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { purge } from '../../shared/adapters/device-store/purge.ts';
import { readPurge } from '../../shared/adapters/device-store/purges.ts';
import { readBoth } from '../../shared/adapters/device-store/reads.ts';
import { purgeDevice } from '../../shared/commands/purge-device.ts';
import { readTables } from '../../shared/config.ts';
import { onTask } from '../../shared/middleware/task.ts';
import { reportCancellation } from '../../shared/middleware/telemetry.ts';
import { input } from './input.ts';

const store = createDeviceStore(
  { client: createDynamoDbClient(), tables: readTables(), observe: reportCancellation },
  { readBoth, readPurge, purge },
);

/** The first task of the state machine `purge-device`: ends a device's afterlife before its time. */
export const handler = onTask({ operation: 'purge', input }, ({ input, ...request }, context) =>
  purgeDevice({ ...input, ...request }, { ...context, store }),
);
