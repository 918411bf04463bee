import type { LogRow } from '@device-lifecycle/operator/logs/ports.ts';
import { createLogQueries } from '@device-lifecycle/operator/logs/queries.ts';
import { findSaved } from '@device-lifecycle/operator/logs/saved-queries.ts';
import type { Rejections, Span } from '../../contract/overview.ts';
import { type ConsoleTools, isLocal } from '../tools.ts';
import { askLogs, FRESH_MS, restAfter, SPAN_MS } from './insights.ts';
import { type Kept, keep } from './keep.ts';

const SAVED_QUERY = 'rejections-by-code';
const MAX_ROWS = 500;

type Tools = Pick<ConsoleTools, 'stack' | 'clients' | 'clock' | 'signal'>;
type Row = Rejections['rows'][number];

/** Tells what was refused, by the stack's saved query. `atMost`, errors: as of the moves. `now`: by the stack's clock. */
export function createRejections(
  tools: Tools,
  now: () => Promise<number>,
): (span: Span, atMost?: number) => Promise<Rejections> {
  const { stack, clients, clock } = tools;
  const fresh = isLocal(stack) ? FRESH_MS.laptop : FRESH_MS.aws;
  const load = async (span: Span): Promise<Rejections> => {
    const { queryString, logGroupNames } = findSaved(
      await createLogQueries(clients.logs, stack).saved(),
      SAVED_QUERY,
    );
    const fromMs = (await now()) - SPAN_MS[span];
    const { rows, scanned } = await askLogs(tools, {
      title: SAVED_QUERY,
      queryString,
      logGroupNames,
      fromMs,
      limit: MAX_ROWS,
    });
    return { rows: summed(rows), scanned };
  };
  const kept = (span: Span): Kept<Rejections> =>
    keep(() => load(span), { clock, freshMs: fresh[span], staleMs: 2 * fresh[span], restMs: restAfter });
  const found = { hour: kept('hour'), day: kept('day'), week: kept('week') };
  return (span, atMost) => found[span](atMost);
}

/** The query tells them hour by hour, the newest first. */
function summed(rows: readonly LogRow[]): readonly Row[] {
  const sums = new Map<string, Row>();
  for (const { operation = '', code = '', rejections = '0', example = '' } of rows) {
    const key = `${operation} ${code}`;
    const before = sums.get(key);
    sums.set(key, {
      operation,
      code,
      count: (before?.count ?? 0) + Number(rejections),
      example: before?.example ?? example,
    });
  }
  return [...sums.values()].sort((one, other) => other.count - one.count);
}
