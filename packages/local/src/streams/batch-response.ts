import type { InvocationResult } from '../contracts.ts';
import type { StreamRecord } from './stream-record.ts';

/**
 * The index of the record from which on a batch has to be tried again; undefined when all of it has succeeded.
 *
 * With partial batch responses, that is the failed record with the lowest sequence number. An answer that says
 * nothing of failures is a success; one whose failures cannot be told is the failure of the whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function firstFailure(
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
