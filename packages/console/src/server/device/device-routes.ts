import { isDeviceId } from '@device-lifecycle/operator/device/device-id.ts';
import { createExecutionStarter } from '@device-lifecycle/operator/executions/starter.ts';
import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import { jsonLines } from '../json-lines.ts';
import { eventsLogGroupOf } from '../live/lifecycle-feed.ts';
import { stackTime } from '../stack-time.ts';
import type { ConsoleTools } from '../tools.ts';
import { readCertificates } from './certificates.ts';
import { operate, progressOf } from './operate.ts';
import { readOperation } from './operation-request.ts';
import { readDevice } from './read-device.ts';
import { timelineOf } from './timeline.ts';

const DAY_MS = 86_400_000;

const period = z.object({
  beforeMs: z.coerce.number().int().positive().optional(),
  days: z.coerce.number().positive().max(3_650),
});
const operationQuery = z.object({ executionArn: z.string().startsWith('arn:') });

/** What there is about one device, below `/devices/{deviceId}/`, and what can be done with it. */
export function deviceRoutes(tools: ConsoleTools): Hono {
  const { clients, stack, clock } = tools;
  const executions = createExecutionStarter(clients.states, stack);
  return new Hono()
    .get('/devices/:deviceId/record', async (context) =>
      context.json(await readDevice(tools, deviceIdOf(context))),
    )
    .get('/devices/:deviceId/certificates', async (context) =>
      context.json(await readCertificates(tools, deviceIdOf(context))),
    )
    .get('/devices/:deviceId/timeline', async (context) => {
      const deviceId = deviceIdOf(context);
      const { beforeMs, days } = period.parse(context.req.query());
      const nowMs = await stackTime(stack, clock);
      const fromMs = (beforeMs ?? nowMs) - days * DAY_MS;
      const where = { client: clients.logs, logGroupName: eventsLogGroupOf(stack), deviceId };
      return jsonLines(context, stack, (signal) => timelineOf({ ...where, nowMs, beforeMs, fromMs, signal }));
    })
    .post('/devices/:deviceId/operations', async (context) => {
      const operation = readOperation(deviceIdOf(context), await context.req.json());
      return context.json({ executionArn: await operate(executions, stack, operation) });
    })
    .get('/device-operations', async (context) => {
      const { executionArn } = operationQuery.parse(context.req.query());
      return context.json(await progressOf(executions, executionArn));
    });
}

function deviceIdOf({ req }: Context): string {
  const deviceId = req.param('deviceId') ?? '';
  if (isDeviceId(deviceId)) return deviceId;
  throw new ApiError(
    'invalid',
    `"${deviceId}" is not a device id: those are 1 to 128 of the characters A-Z a-z 0-9 : _ -.`,
  );
}
