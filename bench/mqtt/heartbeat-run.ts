import { setTimeout as delay } from 'node:timers/promises';
import type { Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { median } from '../measure.ts';

/** How evenly heartbeats are spread, at best. */
const TICK_MS = 2;
const POLL_MS = 10;
const MAX_DRAIN_MS = 180_000;

/** When a device's last heartbeat was on its way, in epoch milliseconds. */
export interface LastHeartbeat {
  readonly sentAt: number;
  readonly acknowledgedAt: number;
}

export interface HeartbeatRun {
  readonly published: number;
  readonly acknowledged: number;
  readonly accepted: number;
  /** How many were not answered yet when the last one was published. */
  readonly behind: number;
  /** From then until the last answer. */
  readonly drainSeconds: number;
  /** From the first heartbeat until the last answer. */
  readonly seconds: number;
  /** From publishing to the answer. */
  readonly medianMs: number;
  readonly maxMs: number;
  /** By device id. */
  readonly last: ReadonlyMap<string, LastHeartbeat>;
}

/** Heartbeats of one run, by the ids of their requests. */
class Heartbeats {
  readonly last = new Map<string, LastHeartbeat>();
  readonly latencies: number[] = [];
  accepted = 0;
  acknowledged = 0;
  readonly #sent = new Map<string, number>();

  get unanswered(): number {
    return this.#sent.size;
  }

  /** Resolves with its PUBACK. */
  async publish({ deviceId, mqtt }: Device, requestId: string): Promise<void> {
    const sentAt = Date.now();
    this.#sent.set(requestId, performance.now());
    await mqtt.publishAsync(`devices/${deviceId}/heartbeat`, JSON.stringify({ requestId }), { qos: 1 });
    this.acknowledged += 1;
    this.last.set(deviceId, { sentAt, acknowledgedAt: Date.now() });
  }

  readonly answered = (topic: string, message: Buffer): void => {
    const { requestId } = JSON.parse(message.toString()) as { readonly requestId: string };
    const sentAt = this.#sent.get(requestId);
    // An invocation that Lambda repeats answers again.
    if (sentAt === undefined) return;
    this.#sent.delete(requestId);
    this.latencies.push(performance.now() - sentAt);
    if (topic.endsWith('/accepted')) this.accepted += 1;
  };
}

/**
 * Has devices send `perSecond` heartbeats between them, one after the other and evenly, for some seconds, whether or
 * not the service keeps up; then waits for the last answer. Throws when answers stay away.
 */
export async function runHeartbeats(
  devices: readonly Device[],
  perSecond: number,
  forSeconds: number,
): Promise<HeartbeatRun> {
  const heartbeats = new Heartbeats();
  for (const { mqtt } of devices) mqtt.on('message', heartbeats.answered);
  const total = perSecond * forSeconds;
  const acknowledgements: Promise<void>[] = [];
  const startedAt = performance.now();
  while (acknowledgements.length < total) {
    const due = Math.min(total, Math.ceil(((performance.now() - startedAt) * perSecond) / 1000));
    while (acknowledgements.length < due) {
      const index = acknowledgements.length;
      const device = devices[index % devices.length] as Device;
      acknowledgements.push(heartbeats.publish(device, `${perSecond}-${index}`));
    }
    await delay(TICK_MS);
  }
  const behind = heartbeats.unanswered;
  const publishedAt = performance.now();
  await Promise.all(acknowledgements);
  while (heartbeats.unanswered > 0) {
    if (performance.now() - publishedAt > MAX_DRAIN_MS) {
      throw new Error(`${heartbeats.unanswered} of ${total} heartbeats were not answered.`);
    }
    await delay(POLL_MS);
  }
  const endedAt = performance.now();
  for (const { mqtt } of devices) mqtt.off('message', heartbeats.answered);
  return {
    published: total,
    acknowledged: heartbeats.acknowledged,
    accepted: heartbeats.accepted,
    behind,
    drainSeconds: (endedAt - publishedAt) / 1000,
    seconds: (endedAt - startedAt) / 1000,
    medianMs: median(heartbeats.latencies),
    maxMs: heartbeats.latencies.reduce((most, latency) => Math.max(most, latency), 0),
    last: heartbeats.last,
  };
}
