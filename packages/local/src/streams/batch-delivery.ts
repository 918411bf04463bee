import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { FunctionInvoker, InvocationResult, QueueSender, RuntimeLog } from '../contracts.ts';
import { STREAM_RETENTION_SECONDS, type StreamMapping } from './read-mapping.ts';
import { unlessAborted } from './shard-reader.ts';
import type { StreamRecord } from './stream-record.ts';

/**
 * The index of the record from which on a batch has to be tried again; undefined when all of it has succeeded.
 *
 * With partial batch responses, that is the failed record with the lowest sequence number. An answer that says
 * nothing of failures is a success; one whose failures cannot be told is the failure of the whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
function firstFailure(
  result: InvocationResult,
  records: readonly StreamRecord[],
  reportBatchItemFailures: boolean,
): number | undefined {
  if (result.functionError !== undefined) return 0;
  return reportBatchItemFailures ? firstReported(failuresOf(result.payload), records) : undefined;
}

function failuresOf(payload: string): unknown {
  const answer: unknown = JSON.parse(payload);
  return Object(answer)['batchItemFailures'] ?? [];
}

function firstReported(failures: unknown, records: readonly StreamRecord[]): number | undefined {
  if (!Array.isArray(failures)) return 0;
  if (failures.length === 0) return undefined;
  const indexes = failures.map((failure: unknown) => {
    const identifier: unknown = Object(failure)['itemIdentifier'];
    return records.findIndex(({ sequenceNumber }) => sequenceNumber === identifier);
  });
  return Math.max(0, Math.min(...indexes));
}

/** Why records are given up. */
type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** Records that no invocation will get any more. */
interface DiscardedRecords {
  /** One at least, in their order. */
  readonly records: readonly StreamRecord[];
  readonly condition: DiscardCondition;
  /** How many invocations had them. */
  readonly invocations: number;
  /** Of the last invocation that had them; absent when there was none. */
  readonly result?: InvocationResult;
}

/** Where discarded records were, and where they were to go. */
interface DiscardedFrom {
  readonly functionArn: string;
  /** By which the engine can be asked for the records. */
  readonly engineStreamArn: string;
  readonly shardId: string;
}

/**
 * JSON text of what an on-failure destination is told: where in the stream the records are, not what they say.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
function discardRecord(discarded: DiscardedRecords, from: DiscardedFrom, nowMs: number): string {
  const { records, condition, invocations, result } = discarded;
  const first = records.at(0);
  const last = records.at(-1);
  if (first === undefined || last === undefined) throw new TypeError('There are no records to discard.');
  return JSON.stringify({
    requestContext: {
      requestId: result?.requestId ?? randomUUID(),
      functionArn: from.functionArn,
      condition,
      approximateInvokeCount: invocations,
    },
    ...(result === undefined ? {} : { responseContext: responseContext(result) }),
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    DDBStreamBatchInfo: {
      shardId: from.shardId,
      startSequenceNumber: first.sequenceNumber,
      endSequenceNumber: last.sequenceNumber,
      approximateArrivalOfFirstRecord: toSeconds(first.createdAtMs),
      approximateArrivalOfLastRecord: toSeconds(last.createdAtMs),
      batchSize: records.length,
      streamArn: from.engineStreamArn,
    },
  });
}

function responseContext({ functionError }: InvocationResult) {
  return {
    statusCode: 200,
    executedVersion: '$LATEST',
    ...(functionError === undefined ? {} : { functionError }),
  };
}

/** `2026-01-02T03:04:05Z` */
function toSeconds(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

interface BatchDeliveryOptions {
  /** For what is told of records that are given up. */
  readonly queues: QueueSender;
  readonly mapping: StreamMapping;
  readonly functions: Pick<FunctionInvoker, 'invoke'>;
  readonly clock: Clock;
  readonly log: RuntimeLog;
  readonly engineStreamArn: string;
  readonly shardId: string;
  /** Ends the delivery: what is under way then counts as not delivered. */
  readonly signal: AbortSignal;
  /** Hears whether the last invocation succeeded. */
  onProcessed(succeeded: boolean): void;
}

/** Part of a batch, and what has been tried with it. */
interface Piece {
  records: readonly StreamRecord[];
  retries: number;
  /** How often in a row the function could not even be invoked. */
  refusals: number;
  invocations: number;
  result?: InvocationResult;
}

/** AWS says that it backs off exponentially, and not from what to what. */
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;

/** Gives the batches of one shard to the function, one after the other, and again until they are done with. */
export class BatchDelivery {
  readonly #options: BatchDeliveryOptions;

  constructor(options: BatchDeliveryOptions) {
    this.#options = options;
  }

  /**
   * Resolves once each record has been in an invocation that succeeded, or has been given up and the destination
   * told. Rejects with the signal's reason when it is to end before.
   */
  async deliver(batch: readonly StreamRecord[]): Promise<void> {
    const pieces: Piece[] = [{ records: batch, retries: 0, refusals: 0, invocations: 0 }];
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      const rest = await this.#deliverOnce(piece);
      pieces.unshift(...rest);
    }
  }

  /** Invokes once; what of the piece is to be tried again, in order. */
  async #deliverOnce(piece: Piece): Promise<readonly Piece[]> {
    await this.#discardOld(piece);
    const { records } = piece;
    if (records.length === 0) return [];
    const result = await this.#invoke(piece);
    if (result === undefined) return [piece];
    piece.invocations += 1;
    piece.result = result;
    const failedFrom = this.#firstFailure(result, records);
    this.#options.onProcessed(failedFrom === undefined);
    if (failedFrom === undefined) return [];
    piece.records = records.slice(failedFrom);
    return this.#afterFailure(piece, failedFrom > 0);
  }

  #firstFailure(result: InvocationResult, records: readonly StreamRecord[]): number | undefined {
    return firstFailure(result, records, this.#options.mapping.reportBatchItemFailures);
  }

  /** Splitting does not use up retries. */
  async #afterFailure(piece: Piece, hasProgressed: boolean): Promise<readonly Piece[]> {
    const { bisectBatchOnFunctionError, maximumRetryAttempts } = this.#options.mapping;
    if (bisectBatchOnFunctionError && hasProgressed) return [piece];
    if (bisectBatchOnFunctionError && piece.records.length > 1) return halves(piece);
    if (maximumRetryAttempts >= 0 && piece.retries >= maximumRetryAttempts) {
      await this.#discard(piece, piece.records, 'RetryAttemptsExhausted');
      return [];
    }
    piece.retries += 1;
    await this.#backOff(piece.retries);
    return [piece];
  }

  /** Undefined when the function does not run, as when it is throttled: that uses up no retries. */
  async #invoke(piece: Piece): Promise<InvocationResult | undefined> {
    const { functions, mapping, log, signal } = this.#options;
    const payload = eventOf(piece.records);
    try {
      const result = await unlessAborted(functions.invoke(mapping.functionArn, payload), signal);
      piece.refusals = 0;
      return result;
    } catch (error) {
      signal.throwIfAborted();
      piece.refusals += 1;
      log.warn(`${mapping.functionArn} could not be invoked, and will be again: ${String(error)}`);
      await this.#backOff(piece.refusals);
      return undefined;
    }
  }

  async #backOff(attempt: number): Promise<void> {
    const { clock, signal } = this.#options;
    await clock.sleep(Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1)), signal);
  }

  /** Gives up the records that have become too old; those after them are younger. */
  async #discardOld(piece: Piece): Promise<void> {
    const { clock, mapping } = this.#options;
    const { maximumRecordAgeInSeconds: maximum } = mapping;
    const ageSeconds = maximum < 0 ? STREAM_RETENTION_SECONDS : Math.min(maximum, STREAM_RETENTION_SECONDS);
    const oldestMs = clock.now() - ageSeconds * 1000;
    const firstYoung = piece.records.findIndex(({ arrivedAtMs }) => arrivedAtMs >= oldestMs);
    const oldCount = firstYoung < 0 ? piece.records.length : firstYoung;
    const old = piece.records.slice(0, oldCount);
    if (old.length === 0) return;
    await this.#discard(piece, old, 'RecordAgeExceeded');
    piece.records = piece.records.slice(oldCount);
  }

  async #discard(
    { invocations, result }: Piece,
    records: readonly StreamRecord[],
    condition: DiscardCondition,
  ): Promise<void> {
    const { mapping, log, engineStreamArn, shardId, clock } = this.#options;
    const what = `${records.length} stream records of ${mapping.tableName} for ${mapping.functionArn}`;
    if (mapping.onFailure === undefined) {
      log.warn(`${what} are given up (${condition}), and there is no on-failure destination`);
      return;
    }
    const discarded = { records, condition, invocations, ...(result === undefined ? {} : { result }) };
    const from = { functionArn: mapping.functionArn, engineStreamArn, shardId };
    await this.#tell(mapping.onFailure, discardRecord(discarded, from, clock.now()));
  }

  /** The shard waits until the destination knows. */
  async #tell(destination: string, record: string): Promise<void> {
    const { log, queues, signal } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await unlessAborted(queues.sendMessage(destination, record), signal);
      } catch (error) {
        signal.throwIfAborted();
        log.error(`${destination} could not be told of records that are given up: ${String(error)}`);
        await this.#backOff(attempt);
      }
    }
  }
}

/** What an invocation gets, as JSON text. */
function eventOf(records: readonly StreamRecord[]): string {
  return `{"Records":[${records.map(({ json }) => json).join(',')}]}`;
}

function halves(piece: Piece): readonly Piece[] {
  const middle = Math.ceil(piece.records.length / 2);
  return [piece.records.slice(0, middle), piece.records.slice(middle)].map((records) => ({
    ...piece,
    records,
  }));
}
