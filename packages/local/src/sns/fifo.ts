import type { Collections } from '../data/collections.ts';
import type { Notification } from './notification.ts';
import type { Topic } from './topic.ts';

/** What a message of a FIFO topic came to. */
export interface Placed {
  readonly messageId: string;
  readonly sequenceNumber: string;
  /** Whether it was published already, and is not delivered again. */
  readonly isDuplicate: boolean;
}

interface Seen {
  readonly messageId: string;
  readonly sequenceNumber: string;
  readonly seenAtMs: number;
}

/** https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html */
const DEDUPLICATION_MS = 5 * 60_000;
const SEQUENCE_DIGITS = 20;
const FIRST_SEQUENCE = 10_000_000_000_000_000_000n;

/** Gives the messages of FIFO topics their sequence numbers, and knows those that come again. */
export class FifoOrder {
  /** By topic: the sequence number that comes next. */
  readonly #next: Map<string, string>;
  readonly #seen: Map<string, Seen>;

  constructor(collections: Collections) {
    this.#next = collections.open('snsSequences');
    this.#seen = collections.open('snsDeduplications');
  }

  place(
    topic: Topic,
    { messageId, messageGroupId, messageDeduplicationId, publishedAtMs }: Notification,
  ): Placed {
    this.#forget(publishedAtMs);
    const scope = topic.attributes['FifoThroughputScope'] === 'MessageGroup' ? messageGroupId : '';
    const key = JSON.stringify([topic.arn, scope, messageDeduplicationId]);
    const seen = this.#seen.get(key);
    if (seen !== undefined) return { ...seen, isDuplicate: true };
    const next = BigInt(this.#next.get(topic.arn) ?? FIRST_SEQUENCE);
    this.#next.set(topic.arn, String(next + 1n));
    const sequenceNumber = String(next).padStart(SEQUENCE_DIGITS, '0');
    this.#seen.set(key, { messageId, sequenceNumber, seenAtMs: publishedAtMs });
    return { messageId, sequenceNumber, isDuplicate: false };
  }

  /** Those that are too old, which are the first. */
  #forget(nowMs: number): void {
    for (const [key, { seenAtMs }] of this.#seen) {
      if (seenAtMs > nowMs - DEDUPLICATION_MS) return;
      this.#seen.delete(key);
    }
  }
}
