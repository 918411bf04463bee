import { createEventBridgeClient } from '../../shared/adapters/clients.ts';
import { createEventBus } from '../../shared/adapters/event-bus.ts';
import { toStreamedWrite } from '../../shared/adapters/streamed-writes.ts';
import { publishEvents } from '../../shared/commands/publish-events.ts';
import { requireSetting } from '../../shared/config.ts';
import { onStreamBatch } from '../../shared/middleware/stream-batch.ts';

const bus = createEventBus(createEventBridgeClient(), requireSetting('EVENT_BUS_NAME'));

/** The streams of both tables: what becomes of devices is told on the event bus. */
export const handler = onStreamBatch({ operation: 'publishEvents' }, async (records, timing) => {
  const { published, ...rest } = await publishEvents(records.values().map(toStreamedWrite), {
    ...timing,
    bus,
  });
  const handled = published.map(({ position, event: { type: outcome, detail } }) => {
    const { deviceId, requestId, correlationId } = detail;
    return { position, outcome, deviceId, requestId, correlationId };
  });
  return { handled, ...rest };
});
