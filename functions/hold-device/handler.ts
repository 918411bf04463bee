import { createDynamoDbClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { hold } from '../../shared/adapters/device-store/hold.ts';
import { readBoth, readInvalidDevice, readLastRestore } from '../../shared/adapters/device-store/reads.ts';
import { recordHoldRequest } from '../../shared/adapters/device-store/record-hold-request.ts';
import { holdDevice } from '../../shared/commands/hold-device.ts';
import { readTables } from '../../shared/config.ts';
import { onTask } from '../../shared/middleware/task.ts';
import { reportCancellation } from '../../shared/middleware/telemetry.ts';
import { input } from './input.ts';

const store = createDeviceStore(
  { client: createDynamoDbClient(), tables: readTables(), observe: reportCancellation },
  { hold, readBoth, readInvalidDevice, readLastRestore, recordHoldRequest },
);

/** The task of the state machine `hold-device`: keeps the record of a decommissioned device without end. */
export const handler = onTask({ operation: 'hold', input }, ({ input, ...request }, context) =>
  holdDevice({ ...input, ...request }, { ...context, store }),
);
