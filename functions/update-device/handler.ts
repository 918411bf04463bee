import * as z from 'zod/mini';
import { createDynamoDbClient, createIotDataClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { readBoth, readDevice, readLastRestore } from '../../shared/adapters/device-store/reads.ts';
import { recordGhost } from '../../shared/adapters/device-store/record-ghost.ts';
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
import { reportCancellation, reportGhost } from '../../shared/middleware/telemetry.ts';

const store = createDeviceStore(
  { client: createDynamoDbClient(), tables: readTables(), observe: reportCancellation },
  { readBoth, readDevice, readLastRestore, recordGhost, update },
);
const notices = createNotices(createIotDataClient());

const payload = z
  .strictObject({
    name: z.nullish(nameField),
    attributes: z.nullish(attributesField),
    serialNumber: z.optional(serialNumberField),
    macAddress: z.nullish(macAddressField),
    version: z.optional(versionField),
  })
  .check(
    z.refine(
      ({ version: _, ...changes }) => Object.keys(changes).length > 0,
      'nothing to change: name at least one of name, attributes, serialNumber and macAddress',
    ),
  );

/** `devices/{deviceId}/update`: changes a device's name, attributes or identifiers; `null` removes. */
export const handler = onRule({ payload, notices }, ({ payload, ...request }, context) =>
  updateDevice({ ...payload, ...request }, { ...context, store, observeGhost: reportGhost }),
);
