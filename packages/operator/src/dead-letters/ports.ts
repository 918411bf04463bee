import type { QueueMessage } from './letter.ts';
import type { StreamRecords } from './stream-records.ts';

/** A message that nobody else gets for a while. */
export interface HeldMessage extends QueueMessage {
  readonly receiptHandle: string;
}

/** The dead-letter queue, in SQS's own terms. */
export interface DeadLetterQueue {
  /** Up to ten, hidden from others for so long; none when there are none for a second. */
  receive(hiddenSeconds: number): Promise<readonly HeldMessage[]>;
  /**
   * Hides messages from now on for so long, with 0 not any more. Those that somebody else has got by now are left.
   * Throws `CliError`, once all have been tried, when SQS fails at some.
   */
  hideAll(messages: readonly HeldMessage[], seconds: number): Promise<void>;
  /** Hides one for so long, if it is still ours: `false` when somebody else has got it, or it is gone. */
  claim(message: HeldMessage, seconds: number): Promise<boolean>;
  delete(message: HeldMessage): Promise<void>;
  /** About how many there are. */
  count(): Promise<QueueCount>;
}

export interface QueueCount {
  readonly visible: number;
  /** In somebody's hands. */
  readonly hidden: number;
}

/** The functions of the stack, by their names without its prefix. Events are JSON text. */
export interface Functions {
  /** Resolves once Lambda has taken it on: its own retries and the on-failure destination follow. */
  invokeAsync(functionName: string, event: string): Promise<void>;
  /** Resolves to what the function answers. Throws `CliError` when it fails. */
  invoke(functionName: string, event: string): Promise<unknown>;
}

/** Where a discarded letter is written down, before it is deleted. */
export interface DiscardLog {
  append(entry: DiscardEntry): Promise<void>;
  close(): Promise<void>;
}

/** One JSON line. A contract: see docs/operations.md. */
export interface DiscardEntry {
  readonly discardedAt: string;
  /** The operator's ARN. */
  readonly discardedBy: string;
  readonly reason: string;
  readonly messageId: string;
  readonly sentAt: string;
  readonly error: string;
  /** The message, as it was in the queue. */
  readonly body: string;
}

export type { StreamRecords };
