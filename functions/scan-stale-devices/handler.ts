import * as z from 'zod/mini';
import { createDynamoDbClient, createS3Client } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { scanStaleDevices as scan } from '../../shared/adapters/device-store/scan-stale.ts';
import { createStaleParts } from '../../shared/adapters/stale-parts.ts';
import { scanStaleDevices } from '../../shared/commands/scan-stale-devices.ts';
import { readFleetBucket, readTables } from '../../shared/config.ts';
import { checkInput, isCheck } from '../../shared/fleet-input.ts';
import { epochMillisecondsField } from '../../shared/input.ts';
import { onTask } from '../../shared/middleware/task.ts';
import type { LambdaFunction } from '../../shared/middleware/telemetry.ts';
import { checkProposal, partKey, segmentFields } from '../../shared/stale-input.ts';

const store = createDeviceStore(
  { client: createDynamoDbClient(), tables: readTables() },
  { scanStaleDevices: scan },
);
const files = createStaleParts(createS3Client(), readFleetBucket());

const input = z.strictObject({
  ...segmentFields,
  seenBefore: epochMillisecondsField,
  cursor: z.optional(z.string()),
});

const onCheck = onTask({ operation: 'proposeStale', input: checkInput }, async (request) =>
  checkProposal(request),
);

const onSegment = onTask({ operation: 'proposeStale', input }, async ({ input }, context) => ({
  outcome: 'scanned',
  ...(await scanStaleDevices({ ...input, key: partKey(input) }, { ...context, store, files })),
}));

/** The tasks of the state machine `propose-stale`: looks at its input, then through the segments of the table. */
export const handler: LambdaFunction = (event, context) =>
  (isCheck(event) ? onCheck : onSegment)(event, context);
