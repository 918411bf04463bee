import { CliError, Interrupted } from '../errors.ts';
import type { Watcher } from '../watcher.ts';
import type { LogQueries, QueryAnswer, QueryRequest } from './ports.ts';

const POLL_FIRST_MS = 300;
const POLL_LAST_MS = 2_000;
const GOES_ON: readonly string[] = ['Scheduled', 'Running', 'Unknown'];

/** Runs a query to its end; Ctrl-C stops it, so that it scans, and costs, no more. @throws CliError */
export async function runQuery(
  { clock, signal, terminal }: Watcher,
  queries: LogQueries,
  title: string,
  request: QueryRequest,
): Promise<QueryAnswer & { readonly queryId: string }> {
  const queryId = await queries.start(request);
  const progress = terminal.progress(`${title}: records scanned`);
  try {
    for (let waitMs = POLL_FIRST_MS; ; waitMs = Math.min(POLL_LAST_MS, waitMs * 1.5)) {
      await clock.sleep(waitMs, signal);
      const answer = await queries.answer(queryId);
      if (answer.status === 'Complete') return { queryId, ...answer };
      if (!GOES_ON.includes(answer.status)) {
        throw new CliError(`The query has ended as ${answer.status}: try it for a shorter time.`);
      }
      if (signal.aborted) {
        await queries.stop(queryId);
        throw new Interrupted('the query was stopped');
      }
      progress.update({ done: answer.statistics.recordsScanned });
    }
  } finally {
    progress.stop();
  }
}
