import * as z from 'zod/mini';
import {
  createDynamoDbClient,
  createIotDataClient,
  createStatesClient,
} from '../../shared/adapters/clients.ts';
import { decommission } from '../../shared/adapters/device-store/decommission.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { readBoth, readDevice, readLastRestore } from '../../shared/adapters/device-store/reads.ts';
import { createExecutions } from '../../shared/adapters/executions.ts';
import { createNotices } from '../../shared/adapters/notices.ts';
import { decommissionDevice, decommissionOrSchedule } from '../../shared/commands/decommission-device.ts';
import { readRetentionPolicy, readTables, requireSetting } from '../../shared/config.ts';
import { notBeforeField, reasonField } from '../../shared/input.ts';
import { isRuleEvent, onRule } from '../../shared/middleware/rule.ts';
import { onTask } from '../../shared/middleware/task.ts';
import { type LambdaFunction, reportCancellation } from '../../shared/middleware/telemetry.ts';
import { input } from './input.ts';

const store = createDeviceStore(
  { client: createDynamoDbClient(), tables: readTables(), observe: reportCancellation },
  { decommission, readBoth, readDevice, readLastRestore },
);
const notices = createNotices(createIotDataClient());
const executions = createExecutions(
  createStatesClient(),
  requireSetting('DECOMMISSION_DEVICE_STATE_MACHINE_ARN'),
);
const retention = readRetentionPolicy();

/** A device says why and when; how long it can come back is for operators to say. */
const payload = z.strictObject({ reason: z.optional(reasonField), notBefore: z.optional(notBeforeField) });

const onMessage = onRule({ payload, notices }, ({ payload, ...request }, context) => {
  const requestedBy = request.deviceId;
  const reason = payload.reason ?? 'requested by the device';
  return decommissionOrSchedule(
    { ...request, notBefore: payload.notBefore, reason, requestedBy, source: 'device' },
    { ...context, store, retention, executions },
  );
});

const onExecution = onTask({ operation: 'decommission', input }, ({ input, ...request }, context) =>
  decommissionDevice({ ...input, ...request, source: 'execution' }, { ...context, store, retention }),
);

/** `devices/{deviceId}/decommission`, and the task of the state machine: takes a device out of service. */
export const handler: LambdaFunction = (event, context) =>
  (isRuleEvent(event) ? onMessage : onExecution)(event, context);
