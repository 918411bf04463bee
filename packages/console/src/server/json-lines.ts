import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import { problemOf } from './problem.ts';

/**
 * Answers with a line of JSON for each value, as it comes; a failure on the way is a last line `{problem}`. `produce` is
 * ended by the signal when the page goes away, and waits while the page is slow.
 */
export function jsonLines<T>(
  context: Context,
  stack: Stack,
  produce: (signal: AbortSignal) => AsyncIterable<T>,
): Response {
  context.header('content-type', 'application/x-ndjson; charset=utf-8');
  return stream(context, async (output) => {
    const gone = new AbortController();
    output.onAbort(() => gone.abort());
    try {
      for await (const value of produce(gone.signal)) {
        // Hono's streams take what is written to nobody.
        if (gone.signal.aborted) return;
        await output.write(`${JSON.stringify(value)}\n`);
      }
    } catch (error) {
      if (!gone.signal.aborted)
        await output.write(`${JSON.stringify({ problem: problemOf(error, stack) })}\n`);
    }
  });
}
