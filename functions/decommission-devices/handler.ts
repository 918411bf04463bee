import * as z from 'zod/mini';
import { createDynamoDbClient } from '../../shared/adapters/clients.ts';
import { decommission } from '../../shared/adapters/device-store/decommission.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { readDevices } from '../../shared/adapters/device-store/read-ahead.ts';
import { readBoth, readDevice, readLastRestore } from '../../shared/adapters/device-store/reads.ts';
import { decommissionDevices } from '../../shared/commands/decommission-devices.ts';
import { readFleetBucket, readRetentionPolicy, readTables } from '../../shared/config.ts';
import { readRow } from '../../shared/domain/fleet.ts';
import { checkFleet, checkInput, isCheck } from '../../shared/fleet-input.ts';
import { decommissionFields, eitherHoldOrRetention } from '../../shared/input.ts';
import { onBatch } from '../../shared/middleware/batch.ts';
import { onTask } from '../../shared/middleware/task.ts';
import type { LambdaFunction } from '../../shared/middleware/telemetry.ts';
import { fleetInput } from './input.ts';

const context = { client: createDynamoDbClient(), tables: readTables() };
const operations = { decommission, readBoth, readDevice, readDevices, readLastRestore };
const retention = readRetentionPolicy();

const fleet = fleetInput(readFleetBucket());

const batch = z
  .strictObject({ ...decommissionFields, dryRun: z.optional(z.boolean()), devices: z.array(z.unknown()) })
  .check(eitherHoldOrRetention);

const onCheck = onTask({ operation: 'decommissionFleet', input: checkInput }, async (request) =>
  checkFleet(fleet, request),
);

const onDevices = onBatch(
  { operation: 'decommission', input: batch },
  ({ input: { devices, ...input }, ...request }, { observe, ...timing }) =>
    decommissionDevices(
      { ...input, ...request, rows: devices.map(readRow), source: 'execution' },
      { ...timing, store: createDeviceStore({ ...context, observe }, operations), retention },
    ),
);

/** The tasks of the state machine `decommission-fleet`: looks at its input, then takes batches of devices out of service. */
export const handler: LambdaFunction = (event, context) =>
  (isCheck(event) ? onCheck : onDevices)(event, context);
