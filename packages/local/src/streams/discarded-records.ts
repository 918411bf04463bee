import { randomUUID } from 'node:crypto';
import type { InvocationResult } from '../contracts.ts';
import type { StreamRecord } from './stream-record.ts';

/** Why records are given up. */
export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** Records that no invocation will get any more. */
export interface DiscardedRecords {
  /** One at least, in their order. */
  readonly records: readonly StreamRecord[];
  readonly condition: DiscardCondition;
  /** How many invocations had them. */
  readonly invocations: number;
  /** Of the last invocation that had them; absent when there was none. */
  readonly result?: InvocationResult;
}

/** Where discarded records were, and where they were to go. */
export interface DiscardedFrom {
  readonly functionArn: string;
  /** By which the engine can be asked for the records. */
  readonly engineStreamArn: string;
  readonly shardId: string;
}

/**
 * JSON text of what an on-failure destination is told: where in the stream the records are, not what they say.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function discardRecord(discarded: DiscardedRecords, from: DiscardedFrom, nowMs: number): string {
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
