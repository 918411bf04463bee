import { createDynamoDbClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { readBoth, readInvalidDevice, readLastRestore } from '../../shared/adapters/device-store/reads.ts';
import { recordHoldRequest } from '../../shared/adapters/device-store/record-hold-request.ts';
import { release } from '../../shared/adapters/device-store/release.ts';
import { releaseDevice } from '../../shared/commands/release-device.ts';
import { readRetentionPolicy, readTables } from '../../shared/config.ts';
import { onTask } from '../../shared/middleware/task.ts';
import { reportCancellation } from '../../shared/middleware/telemetry.ts';
import { input } from './input.ts';

const store = createDeviceStore(
  { client: createDynamoDbClient(), tables: readTables(), observe: reportCancellation },
  { readBoth, readInvalidDevice, readLastRestore, recordHoldRequest, release },
);
const retention = readRetentionPolicy();

/** The task of the state machine `release-device`: lets the record of a decommissioned device expire again. */
export const handler = onTask({ operation: 'release', input }, ({ input, ...request }, context) =>
  releaseDevice({ ...input, ...request }, { ...context, store, retention }),
);
