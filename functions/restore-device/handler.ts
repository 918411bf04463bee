import { createDynamoDbClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { readBoth, readInvalidDevice, readLastRestore } from '../../shared/adapters/device-store/reads.ts';
import { restore } from '../../shared/adapters/device-store/restore.ts';
import { restoreDevice } from '../../shared/commands/restore-device.ts';
import { readTables } from '../../shared/config.ts';
import { onTask } from '../../shared/middleware/task.ts';
import { reportCancellation } from '../../shared/middleware/telemetry.ts';
import { input } from './input.ts';

const store = createDeviceStore(
  { client: createDynamoDbClient(), tables: readTables(), observe: reportCancellation },
  { readBoth, readInvalidDevice, readLastRestore, restore },
);

/** The task of the state machine `restore-device`: takes a device back into service as it was. */
export const handler = onTask({ operation: 'restore', input }, ({ input, ...request }, context) =>
  restoreDevice({ ...input, ...request }, { ...context, store }),
);
