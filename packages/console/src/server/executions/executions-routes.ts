import { machineOf } from '@device-lifecycle/operator/executions/find.ts';
import { createExecutionReader } from '@device-lifecycle/operator/executions/reader.ts';
import { STATE_MACHINES } from '@device-lifecycle/operator/stack.ts';
import { Hono } from 'hono';
import * as z from 'zod';
import type { ExecutionPage, ExecutionRow } from '../../contract/executions.ts';
import { stackTime } from '../stack-time.ts';
import type { ConsoleTools } from '../tools.ts';
import { assertOwn, redriveExecution, startExecution, stopExecution } from './change-execution.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { createErrorReader, type ReadError } from './errors-of-executions.ts';
import { readGraph } from './graph/read-graph.ts';
import { createHistoryReader } from './history-reader.ts';
import { inputSchemas } from './input-schemas.ts';
import { type ListFilter, listPage } from './list-page.ts';
import { describe, detailsOf } from './read-details.ts';

const PAGE_EXECUTIONS = 50;

const listQuery = z.object({
  machine: z.enum(STATE_MACHINES).optional(),
  status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']).optional(),
  cursor: z.string().transform(readCursor).optional(),
});

const startBody = z.strictObject({
  machine: z.enum(STATE_MACHINES),
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,80}$/, 'The name has 1 to 80 letters, digits, hyphens and underscores.'),
  input: z.record(z.string(), z.unknown()),
});

/** `/executions`: lists, starts, shows, stops and redrives executions. Shapes: contract/executions.ts. */
export function executionsRoutes(tools: ConsoleTools): Hono {
  const { stack, clients, clock } = tools;
  const client = clients.states;
  const reader = createExecutionReader(client, stack);
  const readHistory = createHistoryReader(client);
  const readError = createErrorReader(client);
  return new Hono()
    .get('/', async (context) => {
      const filter = { ...listQuery.parse(context.req.query()), limit: PAGE_EXECUTIONS };
      return context.json(await pageOf(tools, filter, readError));
    })
    .get('/inputs', async (context) => context.json(await inputSchemas(stack)))
    .post('/', async (context) => {
      const start = startBody.parse(await context.req.json());
      return context.json({ executionArn: await startExecution(client, stack, start) });
    })
    .get('/:arn', async (context) => {
      const described = await describe(client, context.req.param('arn'));
      const events = await readHistory(context.req.param('arn'));
      const nowMs = await stackTime(stack, clock);
      return context.json(await detailsOf({ described, events, nowMs, mapRun: reader.mapRun }, stack));
    })
    .get('/:arn/graph', async (context) => context.json(await readGraph(client, context.req.param('arn'))))
    .post('/:arn/stop', async (context) => {
      const executionArn = context.req.param('arn');
      assertOwn(stack, executionArn);
      await stopExecution(client, stack, executionArn);
      return context.json({ executionArn });
    })
    .post('/:arn/redrive', async (context) => {
      const executionArn = context.req.param('arn');
      assertOwn(stack, executionArn);
      await redriveExecution(client, executionArn);
      return context.json({ executionArn });
    });
}

async function pageOf(
  { stack, clients, clock }: ConsoleTools,
  filter: ListFilter,
  readError: ReadError,
): Promise<ExecutionPage> {
  const { executions, cursor } = await listPage(clients.states, stack, filter);
  const rows = executions.map(async (execution): Promise<ExecutionRow> => {
    const { executionArn, name, status, startedAt, stoppedAt } = execution;
    const error = await readError(execution);
    return {
      executionArn,
      machine: machineOf(executionArn, stack),
      name,
      status,
      startedAt,
      ...(stoppedAt !== undefined && { stoppedAt }),
      ...(error !== undefined && { error }),
    };
  });
  return {
    executions: await Promise.all(rows),
    nowMs: await stackTime(stack, clock),
    ...(cursor !== undefined && { cursor: writeCursor(cursor) }),
  };
}
