import { z } from 'zod';
import { createDynamoDbClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { restoreDevice } from '../../shared/commands/restore-device.ts';
import { readTables } from '../../shared/config.ts';
import { deviceIdField, reasonField } from '../../shared/input.ts';
import { onTask } from '../../shared/middleware/task.ts';

const store = createDeviceStore(createDynamoDbClient(), readTables());

const input = z.strictObject({ deviceId: deviceIdField, requestedBy: reasonField });

/** The task of the state machine `restore-device`: takes a device back into service as it was. */
export const handler = onTask({ operation: 'restore', input }, ({ input, ...request }, context) =>
  restoreDevice({ ...input, ...request }, { ...context, store }),
);
