import { LATEST } from './definition.ts';
import type { Outcome } from './invocation.ts';

/** What Lambda returns of an invocation's log at most, in bytes (`X-Amz-Log-Result`). */
const TAIL_BYTES = 4096;

/** Appends, but keeps no more than the end that a tail could show. */
export function appendToTail(tail: string, text: string): string {
  const joined = tail + text;
  return joined.length > 4 * TAIL_BYTES ? joined.slice(-TAIL_BYTES) : joined;
}

/**
 * The last 4 KB of an invocation's log between its START, END and REPORT lines. The REPORT line does not say
 * `Max Memory Used`: a thread's share of the process is not known.
 */
export function logTail(requestId: string, memoryMb: number, outcome: Outcome): string {
  const duration = outcome.durationMs.toFixed(2);
  const billed = Math.ceil(outcome.durationMs);
  const log =
    `START RequestId: ${requestId} Version: ${LATEST}\n` +
    outcome.logText +
    `END RequestId: ${requestId}\n` +
    `REPORT RequestId: ${requestId}\tDuration: ${duration} ms\tBilled Duration: ${billed} ms\tMemory Size: ${memoryMb} MB\t\n`;
  const bytes = Buffer.from(log);
  if (bytes.length <= TAIL_BYTES) return log;
  let start = bytes.length - TAIL_BYTES;
  // Begin with a whole character: continuation bytes look like 10xxxxxx.
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.toString('utf8', start);
}
