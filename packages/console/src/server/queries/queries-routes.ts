import type { SavedQuery } from '@device-lifecycle/operator/logs/ports.ts';
import { createLogQueries } from '@device-lifecycle/operator/logs/queries.ts';
import { endOfLogs, runSaved } from '@device-lifecycle/operator/logs/run-saved.ts';
import { describeSaved, findSaved } from '@device-lifecycle/operator/logs/saved-queries.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import { Hono } from 'hono';
import * as z from 'zod';
import type { QueryLine, QueryList, QueryResult, QuerySummary } from '../../contract/queries.ts';
import { followProgress } from '../follow-progress.ts';
import { jsonLines } from '../json-lines.ts';
import { scanPriceUsd } from '../scan-price.ts';
import type { ConsoleTools } from '../tools.ts';

/** Of CloudWatch Logs Insights. */
const MAX_ROWS = 10_000;
const MAX_ID = 2_048;

/** It stands within quotes. */
const id = z
  .string()
  .trim()
  .min(1)
  .max(MAX_ID)
  .regex(/^[^"\\\p{Cc}]*$/u, 'An id has no quotes, backslashes and control characters.')
  .optional();
const epochSeconds = z.coerce.number().int().nonnegative();
const running = z
  .object({ from: epochSeconds, until: epochSeconds.optional(), 'device-id': id, 'correlation-id': id })
  .refine(({ from, until }) => until === undefined || from < until, 'The period ends before it begins.');

/** The saved queries of the stack. */
export function queriesRoutes({ stack, clients, clock, signal }: ConsoleTools): Hono {
  const queries = createLogQueries(clients.logs, stack);
  const routes = new Hono();

  routes.get('/', async (context) => {
    const saved = await queries.saved();
    return context.json({ queries: saved.map(summaryOf) } satisfies QueryList);
  });

  routes.get('/:name/run', async (context) => {
    const { from, until, ...parameters } = running.parse(context.req.query());
    const query = findSaved(await queries.saved(), context.req.param('name'));
    const request = {
      parameters,
      startTime: from,
      endTime: until ?? endOfLogs(stack, clock.now()),
      limit: MAX_ROWS,
    };
    return jsonLines(context, stack, async function* (gone): AsyncGenerator<QueryLine> {
      const steps = followProgress((watcher) => runSaved(queries, query, request, watcher), {
        clock,
        signal: AbortSignal.any([gone, signal]),
      });
      for await (const step of steps) {
        if ('progress' in step) yield { recordsScanned: step.progress.done };
        else yield { result: resultOf(step.result, stack) };
      }
    });
  });

  return routes;
}

const resultOf = (
  { rows, statistics, chart }: Awaited<ReturnType<typeof runSaved>>,
  stack: Stack,
): QueryResult => ({
  rows,
  statistics,
  usd: scanPriceUsd(statistics.bytesScanned, stack),
  ...(chart !== undefined && { chart }),
});

function summaryOf(query: SavedQuery): QuerySummary {
  const described = describeSaved(query);
  const { queryString, logGroupNames } = query;
  return { title: query.name, ...described, queryString, logGroupNames };
}
