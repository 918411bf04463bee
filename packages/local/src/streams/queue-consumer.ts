import type { Clock } from '../clock.ts';
import type { FunctionInvoker, InvocationResult, RuntimeLog } from '../contracts.ts';
import { compilePattern, type EventPattern } from '../event-pattern/compile-pattern.ts';
import { failedIdentifiers } from './batch-response.ts';
import type { QueueMapping } from './event-source-mapping.ts';
import { filtered, type QueueMessage, type QueueRecord, toQueueRecord } from './queue-record.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Calls an action of SQS. Throws `AwsError`. */
export type SqsCall = (
  action: string,
  members: Readonly<Record<string, unknown>>,
) => Promise<Record<string, unknown>>;

export interface QueueConsumerOptions {
  readonly mapping: QueueMapping;
  readonly call: SqsCall;
  readonly queueUrl: string;
  readonly region: string;
  readonly functions: Pick<FunctionInvoker, 'invoke'>;
  readonly clock: Clock;
  readonly log: RuntimeLog;
  /** Ends the polling; batches that are under way are done with. */
  readonly signal: AbortSignal;
  /** Ends those too: they count as not delivered. */
  readonly closing: AbortSignal;
  /** Hears whether the last invocation succeeded. */
  onProcessed(succeeded: boolean): void;
}

/** With how many Lambda begins. It goes on to more, which a laptop has no use for. */
const DEFAULT_CONCURRENCY = 5;

/** As many as one call gives, and deletes. */
const LIMIT = 10;
/** Not as long as SQS can: who waits takes messages from those who come later. */
const WAIT_SECONDS = 1;
/** The largest event of a synchronous invocation is 6 MB; something is left for what is around the records. */
const MAX_BATCH_BYTES = 6_000_000;
const WINDOW_INTERVAL_MS = 200;
const RECOVERY_DELAY_MS = 1000;

interface Received {
  readonly record: QueueRecord;
  readonly json: string;
}

/** Polls a queue for one mapping, invokes its function with batches, and deletes the messages that it is done with. */
export class QueueConsumer {
  readonly #options: QueueConsumerOptions;
  readonly #filters: readonly EventPattern[];
  readonly #concurrency: number;
  readonly #running = new Set<Promise<void>>();
  #isReadable = true;

  constructor(options: QueueConsumerOptions) {
    this.#options = options;
    this.#filters = options.mapping.filters.map((filter) => compilePattern(filter));
    this.#concurrency = options.mapping.maximumConcurrency ?? DEFAULT_CONCURRENCY;
  }

  /** Resolves once the signal has ended it and nothing of it runs any more. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      if (this.#running.size >= this.#concurrency) await Promise.race(this.#running);
      else await this.#next();
    }
    await Promise.all(this.#running);
  }

  async #next(): Promise<void> {
    const batch = await this.#collect();
    if (batch.length === 0) return;
    if (this.#options.signal.aborted) return this.#giveBack(batch);
    const done = this.#process(batch).finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  /** What is there; with a window, what comes until that ends or the batch is full. */
  async #collect(): Promise<readonly Received[]> {
    const { mapping, clock, signal } = this.#options;
    const batch = [...(await this.#receive(mapping.batchSize, WAIT_SECONDS))];
    const windowMs = mapping.maximumBatchingWindowInSeconds * 1000;
    const endsAtMs = clock.now() + windowMs;
    let bytes = sizeOf(batch);
    while (batch.length > 0 && batch.length < mapping.batchSize && bytes < MAX_BATCH_BYTES) {
      const remainingMs = endsAtMs - clock.now();
      if (remainingMs <= 0 || signal.aborted) break;
      const more = await this.#receive(mapping.batchSize - batch.length, 0);
      batch.push(...more);
      bytes += sizeOf(more);
      if (more.length === 0) await this.#sleep(Math.min(WINDOW_INTERVAL_MS, remainingMs));
    }
    return batch;
  }

  /** The messages that the filters let through; the others are done with, as on AWS. */
  async #receive(count: number, WaitTimeSeconds: number): Promise<readonly Received[]> {
    const { mapping, call, queueUrl, region, log } = this.#options;
    let messages: readonly QueueMessage[];
    try {
      const answer = await call('ReceiveMessage', {
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(LIMIT, count),
        WaitTimeSeconds,
        AttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      messages = (answer['Messages'] ?? []) as readonly QueueMessage[];
      if (!this.#isReadable) log.info(`the queue ${mapping.queueArn} can be read again`);
      this.#isReadable = true;
    } catch (error) {
      if (this.#isReadable && !this.#options.signal.aborted) {
        log.warn(`the queue ${mapping.queueArn} cannot be read: ${String(error)}`);
      }
      this.#isReadable = false;
      await this.#sleep(RECOVERY_DELAY_MS);
      return [];
    }
    const records = messages.map((message) => toQueueRecord(message, { queueArn: mapping.queueArn, region }));
    const wanted = records.filter(
      (record) => this.#filters.length === 0 || this.#filters.some((matches) => matches(filtered(record))),
    );
    await this.#delete(records.filter((record) => !wanted.includes(record)));
    return wanted.map((record) => ({ record, json: JSON.stringify(record) }));
  }

  /** What fails is visible again after the queue's timeout, or goes to its dead-letter queue. */
  async #process(batch: readonly Received[]): Promise<void> {
    const { functions, mapping, log, onProcessed, closing } = this.#options;
    const payload = `{"Records":[${batch.map(({ json }) => json).join(',')}]}`;
    let result: InvocationResult;
    try {
      result = await unlessAborted(functions.invoke(mapping.functionArn, payload), closing);
    } catch (error) {
      if (closing.aborted) return;
      log.warn(
        `${mapping.functionArn} could not be invoked; its messages stay in the queue: ${String(error)}`,
      );
      onProcessed(false);
      return;
    }
    const failed = this.#failedOf(result, batch);
    onProcessed(failed.size === 0);
    await this.#delete(batch.map(({ record }) => record).filter(({ messageId }) => !failed.has(messageId)));
  }

  #failedOf(result: InvocationResult, batch: readonly Received[]): ReadonlySet<string> {
    const all = new Set(batch.map(({ record }) => record.messageId));
    if (result.functionError !== undefined) return all;
    if (!this.#options.mapping.reportBatchItemFailures) return new Set();
    return failedIdentifiers(result.payload, all) ?? all;
  }

  async #delete(records: readonly QueueRecord[]): Promise<void> {
    await this.#forEach(records, 'DeleteMessageBatch', {});
  }

  async #giveBack(batch: readonly Received[]): Promise<void> {
    const records = batch.map(({ record }) => record);
    await this.#forEach(records, 'ChangeMessageVisibilityBatch', { VisibilityTimeout: 0 });
  }

  async #forEach(records: readonly QueueRecord[], action: string, members: object): Promise<void> {
    const { call, queueUrl, log, mapping } = this.#options;
    for (let start = 0; start < records.length; start += LIMIT) {
      const Entries = records
        .slice(start, start + LIMIT)
        .map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle, ...members }));
      try {
        await call(action, { QueueUrl: queueUrl, Entries });
      } catch (error) {
        // They come again, as they may at any time.
        log.warn(`${action} of ${mapping.queueArn} failed: ${String(error)}`);
      }
    }
  }

  async #sleep(ms: number): Promise<void> {
    const { clock, signal } = this.#options;
    await clock.sleep(ms, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

const sizeOf = (batch: readonly Received[]): number =>
  batch.reduce((sum, { json }) => sum + Buffer.byteLength(json) + 1, 0);
