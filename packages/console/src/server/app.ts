import { Hono } from 'hono';
import type { Session } from '../contract/session.ts';
import { ApiError } from './api-error.ts';
import { deadLettersRoutes } from './dead-letters/dead-letters-routes.ts';
import { deviceRoutes } from './device/device-routes.ts';
import { devicesRoutes } from './devices/devices-routes.ts';
import { executionsRoutes } from './executions/executions-routes.ts';
import { fleetRoutes } from './fleets/fleet-routes.ts';
import { laptopRoutes } from './laptop/laptop-routes.ts';
import { liveRoutes } from './live/live-routes.ts';
import { overviewRoutes } from './overview/overview-routes.ts';
import type { PageFiles } from './page-files.ts';
import { problemOf, statusOf } from './problem.ts';
import { queriesRoutes } from './queries/queries-routes.ts';
import {
  changesOnlyWhereAllowed,
  headers,
  jsonWithinLimits,
  ownRequestsOnly,
  withToken,
} from './security.ts';
import { type ConsoleTools, isLocal } from './tools.ts';

interface AppOptions {
  readonly token: string;
  readonly page: PageFiles;
  /** What a Host header may say, once the port is known. */
  hosts(): readonly string[];
  /** Hears of failures that nobody could have foreseen. */
  onFailure(error: unknown): void;
}

/** The console's server: the page's files for everybody, which hold nothing, and the API for who has the token. */
export function createApp(tools: ConsoleTools, { token, page, hosts, onFailure }: AppOptions): Hono {
  const app = new Hono();
  app.use(headers, ownRequestsOnly(hosts));
  app.route('/api', createApi(tools, token));
  app.get('*', ({ req }) => page.respond(req.path, req.header('accept-encoding') ?? ''));
  app.notFound(() => {
    throw new ApiError('notFound', 'The console has nothing there.');
  });
  app.onError((error, context) => {
    const problem = problemOf(error, tools.stack);
    // What fails because the page has gone, or the console ends, is nobody's concern.
    const isWaitedFor = !context.req.raw.signal.aborted && !tools.signal.aborted;
    if (problem.kind === 'failed' && isWaitedFor) onFailure(error);
    return context.json(problem, statusOf(problem), { 'cache-control': 'no-store' });
  });
  return app;
}

function createApi(tools: ConsoleTools, token: string): Hono {
  const api = new Hono();
  api.use(
    withToken(token),
    changesOnlyWhereAllowed(tools.isReadOnly),
    jsonWithinLimits,
    async (context, next) => {
      await next();
      context.header('cache-control', 'no-store');
    },
  );
  api.get('/session', async (context) => context.json(await sessionOf(tools)));
  api.route('/live', liveRoutes(tools));
  api.route('/executions', executionsRoutes(tools));
  api.route('/devices', devicesRoutes(tools));
  api.route('/', deviceRoutes(tools));
  api.route('/fleets', fleetRoutes(tools));
  api.route('/dead-letters', deadLettersRoutes(tools));
  api.route('/queries', queriesRoutes(tools));
  api.route('/overview', overviewRoutes(tools));
  api.route('/laptop', laptopRoutes(tools));
  api.all('*', () => {
    throw new ApiError('notFound', 'The console has nothing there.');
  });
  return api;
}

async function sessionOf({ stack, isReadOnly, pollMs }: ConsoleTools): Promise<Session> {
  const { arn, region, accountId } = await stack.identity();
  const { name, where } = stack;
  return {
    stackName: name,
    where,
    isLocal: isLocal(stack),
    isReadOnly,
    operator: arn,
    region,
    accountId,
    pollMs,
  };
}
