import { randomUUID } from 'node:crypto';
import type { Clock } from '@device-lifecycle/operator/clock.ts';
import type { DeadLetterQueue, HeldMessage } from '@device-lifecycle/operator/dead-letters/ports.ts';
import type { ManualClock } from './clock.ts';

interface Stored {
  readonly messageId: string;
  readonly body: string;
  readonly sentAtMs: number;
  visibleAtMs: number;
  receiptHandle: string;
}

/** A queue that hides what it hands out, in no order, as SQS does. Faults are put in the place of its calls. */
export interface FakeQueue extends DeadLetterQueue {
  send(body: string, sentAtMs: number): string;
  /** The ids of what is in it, hidden or not. */
  ids(): readonly string[];
  /** The ids of what anybody would get now. */
  visibleIds(): readonly string[];
}

/** Fewer than SQS's ten, so that few messages make several pages. */
const PAGE = 3;

export function createFakeQueue(clock: ManualClock): FakeQueue {
  const stored = new Map<string, Stored>();
  const inFlight = ({ messageId, receiptHandle }: HeldMessage): Stored | undefined => {
    const found = stored.get(messageId);
    return found?.receiptHandle === receiptHandle && found.visibleAtMs > clock() ? found : undefined;
  };
  const visible = () => [...stored.values()].filter(({ visibleAtMs }) => visibleAtMs <= clock());
  return {
    send(body, sentAtMs) {
      const messageId = randomUUID();
      stored.set(messageId, { messageId, body, sentAtMs, visibleAtMs: 0, receiptHandle: '' });
      return messageId;
    },
    ids: () => [...stored.keys()],
    visibleIds: () => visible().map(({ messageId }) => messageId),
    async receive(hiddenSeconds) {
      const page = visible().reverse().slice(0, PAGE);
      for (const message of page) {
        message.visibleAtMs = clock() + hiddenSeconds * 1000;
        message.receiptHandle = randomUUID();
      }
      return page.map(({ messageId, body, sentAtMs, receiptHandle }) => ({
        messageId,
        body,
        sentAtMs,
        receiptHandle,
      }));
    },
    async hideAll(messages, seconds) {
      for (const message of messages) {
        const found = inFlight(message);
        if (found !== undefined) found.visibleAtMs = clock() + seconds * 1000;
      }
    },
    async claim(message, seconds) {
      const found = inFlight(message);
      if (found !== undefined) found.visibleAtMs = clock() + seconds * 1000;
      return found !== undefined;
    },
    async delete({ messageId }) {
      stored.delete(messageId);
    },
    async count() {
      const { length } = visible();
      return { visible: length, hidden: stored.size - length };
    },
  };
}

/** The clock of the tool, moved by its own waiting. */
export const toolClock = (clock: ManualClock): Clock => ({
  now: clock,
  sleep: async (ms) => clock.advance(Math.max(0, ms)),
});
