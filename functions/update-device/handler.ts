import { z } from 'zod';
import { createDynamoDbClient, createIotDataClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { readBoth, readDevice, readLastRestore } from '../../shared/adapters/device-store/reads.ts';
import { update } from '../../shared/adapters/device-store/update.ts';
import { createNotices } from '../../shared/adapters/notices.ts';
import { updateDevice } from '../../shared/commands/update-device.ts';
import { readTables } from '../../shared/config.ts';
import {
  attributesField,
  macAddressField,
  nameField,
  serialNumberField,
  versionField,
} from '../../shared/input.ts';
import { onRule } from '../../shared/middleware/rule.ts';
import { reportCancellation } from '../../shared/middleware/telemetry.ts';

const store = createDeviceStore(
  { client: createDynamoDbClient(), tables: readTables(), observe: reportCancellation },
  { readBoth, readDevice, readLastRestore, update },
);
const notices = createNotices(createIotDataClient());

const payload = z
  .strictObject({
    name: nameField.nullish(),
    attributes: attributesField.nullish(),
    serialNumber: serialNumberField.optional(),
    macAddress: macAddressField.nullish(),
    version: versionField.optional(),
  })
  .refine(
    ({ version: _, ...changes }) => Object.keys(changes).length > 0,
    'nothing to change: name at least one of name, attributes, serialNumber and macAddress',
  );

/** `devices/{deviceId}/update`: changes a device's name, attributes or identifiers; `null` removes. */
export const handler = onRule({ payload, notices }, ({ payload, ...request }, context) =>
  updateDevice({ ...payload, ...request }, { ...context, store }),
);
