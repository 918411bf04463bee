import { isDeviceId } from '@device-lifecycle/operator/device/device-id.ts';
import { Hono } from 'hono';
import * as z from 'zod';
import type { PlayedDeviceDetails } from '../../contract/laptop.ts';
import { ApiError } from '../api-error.ts';
import { problemOf } from '../problem.ts';
import { createRuntimeClock } from '../runtime-clock.ts';
import type { ConsoleTools } from '../tools.ts';
import { milestonesOf } from './milestones.ts';
import type { Player } from './player.ts';
import { readStanding } from './read-standing.ts';
import { createWorkbench, MAX_DEVICES } from './workbench.ts';

/** Ten years: what has expired longer ago than five is not removed. */
const MAX_ADVANCE_SECONDS = 10 * 365 * 86_400;
const MAX_SERIAL_NUMBER = 256;
const MAX_TOPIC = 1_024;

const move = z.strictObject({ advanceSeconds: z.number().positive().max(MAX_ADVANCE_SECONDS) });
const newDevice = z.strictObject({
  deviceId: z.string().refine(isDeviceId, 'A device id has 1 to 128 of the characters A-Z a-z 0-9 : _ -'),
  serialNumber: z.string().min(1).max(MAX_SERIAL_NUMBER),
});
const message = z.strictObject({ topic: z.string().min(1).max(MAX_TOPIC), payload: z.string() });

/** What there is on the laptop alone: its clock, and devices to play. */
export function laptopRoutes(tools: ConsoleTools): Hono {
  const { laptop, clientConfig } = tools.stack;
  const api = new Hono();
  if (laptop === undefined || clientConfig.endpoint === undefined) {
    return api.all('*', () => {
      throw new ApiError('notFound', 'Devices and the clock are played with on the laptop alone.');
    });
  }
  const clock = createRuntimeClock(clientConfig.endpoint);
  const workbench = createWorkbench(tools, laptop, clock);
  return api
    .get('/clock', async (context) => context.json(await clock.read()))
    .post('/clock', async (context) => {
      const { advanceSeconds } = move.parse(await context.req.json());
      return context.json(await clock.advance(advanceSeconds));
    })
    .get('/devices', (context) => context.json({ devices: workbench.list(), max: MAX_DEVICES }))
    .post('/devices', async (context) =>
      context.json(await workbench.make(newDevice.parse(await context.req.json()))),
    )
    .get('/devices/:deviceId', async (context) => {
      const player = workbench.find(context.req.param('deviceId'));
      return context.json(await describe(tools, player));
    })
    .delete('/devices/:deviceId', async (context) => {
      await workbench.forget(context.req.param('deviceId'));
      return context.json({});
    })
    .post('/devices/:deviceId/connection', async (context) => {
      const player = workbench.find(context.req.param('deviceId'));
      await player.connect();
      return context.json(player.describe());
    })
    .delete('/devices/:deviceId/connection', async (context) => {
      const player = workbench.find(context.req.param('deviceId'));
      await player.disconnect();
      return context.json(player.describe());
    })
    .post('/devices/:deviceId/messages', async (context) => {
      const player = workbench.find(context.req.param('deviceId'));
      const { topic, payload } = message.parse(await context.req.json());
      await player.publish(topic, payload);
      return context.json(player.describe());
    });
}

/** What the device has met with is told also where it cannot be read how it stands. */
async function describe(tools: ConsoleTools, player: Player): Promise<PlayedDeviceDetails> {
  const device = player.describe();
  const standing = await readStanding(tools, player.identity, device.serialNumber).then(
    (known) => ({ standing: known }),
    (error: unknown) => ({ problem: problemOf(error, tools.stack) }),
  );
  return {
    ...device,
    milestones: milestonesOf(player.facts),
    entries: player.log.entries,
    events: player.events,
    ...standing,
  };
}
