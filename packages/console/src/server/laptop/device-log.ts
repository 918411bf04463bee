import type { DeviceEntry, EntryContent } from '../../contract/laptop.ts';

const MAX_ENTRIES = 100;
/** Of a payload, in UTF-16 code units; those of the service's own answers are shorter. */
const MAX_SHOWN = 2_048;
/** Messages that may still be answered. */
const MAX_WAITING = 50;

/** What happened between a device and AWS IoT, the newest of it. */
export interface DeviceLog {
  readonly entries: readonly DeviceEntry[];
  /** `at`: when it happened, where that was not now. Epoch milliseconds. */
  add(content: EntryContent, at?: number): void;
  published(topic: string, payload: string): void;
  /** @returns what it was: its operation, and whether it was accepted and with which code it was not */
  answered(topic: string, payload: string): Answer | undefined;
  /** The connection has ended: what has not been answered will not be. */
  forgetWaiting(): void;
}

export interface Answer {
  readonly operation: string;
  readonly verdict: 'accepted' | 'rejected';
  readonly code?: string;
}

interface Waiting {
  readonly topic: string;
  readonly requestId: unknown;
  readonly sinceMs: number;
}

interface LogOptions {
  /** The stack's time, in epoch milliseconds. */
  now(): number;
  /** A time that nobody moves, in milliseconds. */
  elapsed(): number;
}

export function createDeviceLog({ now, elapsed }: LogOptions): DeviceLog {
  const entries: DeviceEntry[] = [];
  const waiting: Waiting[] = [];
  let sequence = 0;
  const add = (content: EntryContent, at = now()) => {
    sequence += 1;
    entries.push({ ...content, sequence, at });
    if (entries.length > MAX_ENTRIES) entries.shift();
  };
  /** By its request's id, where the message had one; else the oldest on the topic. */
  const latencyOf = (topic: string, requestId: unknown): number | undefined => {
    const isAnswered = (message: Waiting) =>
      message.topic === topic && (message.requestId === undefined || message.requestId === requestId);
    const index = waiting.findIndex(isAnswered);
    const [message] = index === -1 ? [] : waiting.splice(index, 1);
    return message && elapsed() - message.sinceMs;
  };
  return {
    entries,
    add,
    published(topic, payload) {
      add({ kind: 'published', ...shown(topic, payload) });
      waiting.push({ topic, requestId: fieldsOf(payload)['requestId'], sinceMs: elapsed() });
      if (waiting.length > MAX_WAITING) waiting.shift();
    },
    answered(topic, payload) {
      const [, request, operation, verdict] =
        /^(devices\/[^/]+\/([^/]+))\/(accepted|rejected)$/.exec(topic) ?? [];
      if (request === undefined || operation === undefined) return undefined;
      const { requestId, code } = fieldsOf(payload);
      const latencyMs = latencyOf(request, requestId);
      const answer = {
        verdict: verdict === 'accepted' ? ('accepted' as const) : ('rejected' as const),
        ...(typeof code === 'string' && { code }),
      };
      const content = { kind: 'answered', ...shown(topic, payload), ...answer } as const;
      add({ ...content, ...(latencyMs !== undefined && { latencyMs }) });
      return { operation, ...answer };
    },
    forgetWaiting() {
      waiting.length = 0;
    },
  };
}

const shown = (topic: string, payload: string) => ({
  topic,
  payload: payload.slice(0, MAX_SHOWN),
  isCut: payload.length > MAX_SHOWN,
});

/** Of a JSON object; of anything else none. */
function fieldsOf(payload: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(payload));
  } catch {
    return {};
  }
}
