import * as z from 'zod/mini';
import { createDynamoDbClient, createIotDataClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { readBoth } from '../../shared/adapters/device-store/reads.ts';
import { recordGhost } from '../../shared/adapters/device-store/record-ghost.ts';
import * as sightings from '../../shared/adapters/device-store/sightings.ts';
import { createNotices } from '../../shared/adapters/notices.ts';
import { recordHeartbeat } from '../../shared/commands/record-heartbeat.ts';
import { readTables } from '../../shared/config.ts';
import { onRule } from '../../shared/middleware/rule.ts';
import { reportGhost } from '../../shared/middleware/telemetry.ts';

const store = createDeviceStore(
  { client: createDynamoDbClient(), tables: readTables() },
  { readBoth, recordGhost, recordHeartbeat: sightings.recordHeartbeat },
);
const notices = createNotices(createIotDataClient());

/** `devices/{deviceId}/heartbeat`: notes when a device was last seen. */
export const handler = onRule(
  { payload: z.strictObject({}), notices },
  ({ deviceId, requestedAt }, context) =>
    recordHeartbeat({ deviceId, lastSeenAt: requestedAt }, { ...context, store, observeGhost: reportGhost }),
);
