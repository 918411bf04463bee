import * as z from 'zod/mini';
import { createDynamoDbClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { readInvalidDevice } from '../../shared/adapters/device-store/reads.ts';
import { recordGhost } from '../../shared/adapters/device-store/record-ghost.ts';
import * as sightings from '../../shared/adapters/device-store/sightings.ts';
import { recordPresence } from '../../shared/commands/record-presence.ts';
import { readTables } from '../../shared/config.ts';
import { epochMillisecondsField, sessionIdentifierField } from '../../shared/input.ts';
import { onTask } from '../../shared/middleware/task.ts';
import { reportGhost } from '../../shared/middleware/telemetry.ts';

const store = createDeviceStore(
  { client: createDynamoDbClient(), tables: readTables() },
  { readInvalidDevice, recordGhost, recordPresence: sightings.recordPresence },
);

/** A lifecycle event as the rule selects it: https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html */
const input = z.object({
  /** The client's, which may be no device. */
  deviceId: z.string().check(z.minLength(1)),
  eventType: z.enum(['connected', 'disconnected']),
  sessionIdentifier: sessionIdentifierField,
  versionNumber: z.int().check(z.nonnegative()),
  timestamp: epochMillisecondsField,
});

/** `$aws/events/presence/+/+`: notes whether a device is connected. Nobody waits for an answer. */
export const handler = onTask({ operation: 'presence', input }, ({ input }, context) => {
  const { deviceId, eventType, sessionIdentifier, versionNumber, timestamp } = input;
  const presence = { connected: eventType === 'connected', sessionIdentifier, versionNumber, at: timestamp };
  return recordPresence({ deviceId, presence }, { ...context, store, observeGhost: reportGhost });
});
