/** What Lambda returns of an invocation's log at most, in bytes (`X-Amz-Log-Result`). */
const TAIL_BYTES = 4096;

/** Appends, but keeps no more than the end that a tail could show. */
export function appendToTail(tail: string, text: string): string {
  const joined = tail + text;
  return joined.length > 4 * TAIL_BYTES ? joined.slice(-TAIL_BYTES) : joined;
}

/** The last 4 KB of an invocation's log. */
export function logTail(logText: string): string {
  const bytes = Buffer.from(logText);
  if (bytes.length <= TAIL_BYTES) return logText;
  let start = bytes.length - TAIL_BYTES;
  // Begin with a whole character: continuation bytes look like 10xxxxxx.
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.toString('utf8', start);
}
