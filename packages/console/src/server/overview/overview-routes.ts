import { openQueue } from '@device-lifecycle/operator/dead-letters/queue.ts';
import { createExecutionReader } from '@device-lifecycle/operator/executions/reader.ts';
import { Hono } from 'hono';
import * as z from 'zod';
import { SPANS } from '../../contract/overview.ts';
import { jsonLines } from '../json-lines.ts';
import { stackTime } from '../stack-time.ts';
import { type ConsoleTools, isLocal } from '../tools.ts';
import { createCensusTaker } from './census.ts';
import { countExecutions } from './execution-counts.ts';
import { createFollower } from './follower.ts';
import { keep } from './keep.ts';
import { createMoves } from './moves.ts';
import { countPending } from './pending.ts';
import { createRecentEvents } from './recent-events.ts';
import { createRejections } from './rejections.ts';

/** How long a count is good: AWS has quotas for its calls, and each costs a little. */
const FRESH_MS = {
  aws: { pending: 10_000, deadLetters: 15_000, executions: 60_000 },
  laptop: { pending: 100, deadLetters: 500, executions: 500 },
} as const;
/** Whoever asks for it anew gets an answer not older than that. */
const RENEWED_MS = { aws: 60_000, laptop: 500 } as const;

const spanQuery = z.object({ span: z.enum(SPANS), renew: z.stringbool().default(false) });

/** `GET /overview/…`: what the overview shows, each part alone, so that none waits for another or falls with it. */
export function overviewRoutes(tools: ConsoleTools): Hono {
  const { stack, clients, clock } = tools;
  const place = isLocal(stack) ? 'laptop' : 'aws';
  const fresh = FRESH_MS[place];
  const now = () => stackTime(stack, clock);
  const follower = createFollower(tools);
  const census = createCensusTaker(tools, { follower, now });
  const moves = createMoves(tools, { follower, now });
  const rejections = createRejections(tools, now);
  const events = createRecentEvents(tools, { follower, now });
  const pending = keep(() => countPending(clients.dynamoDb, stack.tables), {
    clock,
    freshMs: fresh.pending,
  });
  const reader = createExecutionReader(clients.states, stack);
  const executions = keep(async () => countExecutions(reader, await now()), {
    clock,
    freshMs: fresh.executions,
  });
  const deadLetters = keep(async () => (await openQueue(clients.sqs, stack)).count(), {
    clock,
    freshMs: fresh.deadLetters,
  });
  const parse = (query: Readonly<Record<string, string>>) => {
    const { span, renew } = spanQuery.parse(query);
    return [span, renew ? RENEWED_MS[place] : undefined] as const;
  };
  return new Hono()
    .get('/census', async (context) => context.json(await census.state()))
    .get('/census/count', (context) => jsonLines(context, stack, census.count))
    .get('/pending', async (context) => context.json(await pending()))
    .get('/executions', async (context) => context.json(await executions()))
    .get('/dead-letters', async (context) => context.json(await deadLetters()))
    .get('/moves', async (context) => context.json(await moves(...parse(context.req.query()))))
    .get('/rejections', async (context) => context.json(await rejections(...parse(context.req.query()))))
    .get('/events', async (context) => context.json(await events()));
}
