import * as z from 'zod/mini';
import { createDynamoDbClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { readInvalidDevices } from '../../shared/adapters/device-store/read-ahead.ts';
import { readBoth, readInvalidDevice, readLastRestore } from '../../shared/adapters/device-store/reads.ts';
import { restore } from '../../shared/adapters/device-store/restore.ts';
import { restoreDevices } from '../../shared/commands/restore-devices.ts';
import { readFleetBucket, readTables } from '../../shared/config.ts';
import { readRow } from '../../shared/domain/fleet.ts';
import { checkFleet, checkInput, isCheck } from '../../shared/fleet-input.ts';
import { restoreFields } from '../../shared/input.ts';
import { onBatch } from '../../shared/middleware/batch.ts';
import { onTask } from '../../shared/middleware/task.ts';
import type { LambdaFunction } from '../../shared/middleware/telemetry.ts';
import { fleetInput } from './input.ts';

const context = { client: createDynamoDbClient(), tables: readTables() };
const operations = { readBoth, readInvalidDevice, readInvalidDevices, readLastRestore, restore };

const fleet = fleetInput(readFleetBucket());

const batch = z.strictObject({
  ...restoreFields,
  dryRun: z.optional(z.boolean()),
  devices: z.array(z.unknown()),
});

const onCheck = onTask({ operation: 'restoreFleet', input: checkInput }, async (request) =>
  checkFleet(fleet, request),
);

const onDevices = onBatch(
  { operation: 'restore', input: batch },
  ({ input: { devices, ...input }, ...request }, { observe, ...timing }) =>
    restoreDevices(
      { ...input, ...request, rows: devices.map(readRow) },
      { ...timing, store: createDeviceStore({ ...context, observe }, operations) },
    ),
);

/** The tasks of the state machine `restore-fleet`: looks at its input, then takes batches of devices back into service. */
export const handler: LambdaFunction = (event, context) =>
  (isCheck(event) ? onCheck : onDevices)(event, context);
