import * as z from 'zod/mini';
import { createDynamoDbClient, createIotDataClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { readDevice } from '../../shared/adapters/device-store/reads.ts';
import { recordCertificate } from '../../shared/adapters/device-store/record-certificate.ts';
import { recordGhost } from '../../shared/adapters/device-store/record-ghost.ts';
import { register } from '../../shared/adapters/device-store/register.ts';
import { createNotices } from '../../shared/adapters/notices.ts';
import { registerDevice } from '../../shared/commands/register-device.ts';
import { readTables } from '../../shared/config.ts';
import {
  attributesField,
  macAddressField,
  nameField,
  serialNumberField,
  typeField,
} from '../../shared/input.ts';
import { onRule } from '../../shared/middleware/rule.ts';
import { reportCancellation, reportGhost } from '../../shared/middleware/telemetry.ts';

const store = createDeviceStore(
  { client: createDynamoDbClient(), tables: readTables(), observe: reportCancellation },
  { readDevice, recordCertificate, recordGhost, register },
);
const notices = createNotices(createIotDataClient());

const payload = z.strictObject({
  serialNumber: serialNumberField,
  macAddress: z.optional(macAddressField),
  name: z.optional(nameField),
  type: z.optional(typeField),
  attributes: z.optional(attributesField),
});

/** `devices/{deviceId}/register`: takes a device into service. */
export const handler = onRule({ payload, notices }, ({ payload, ...request }, context) =>
  registerDevice({ ...payload, ...request }, { ...context, store, observeGhost: reportGhost }),
);
