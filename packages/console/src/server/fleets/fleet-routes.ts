import { startProposal } from '@device-lifecycle/operator/fleet/stale.ts';
import { Hono } from 'hono';
import type { StartLine } from '../../contract/fleets.ts';
import { definedIn } from '../defined.ts';
import { followProgress } from '../follow-progress.ts';
import { jsonLines } from '../json-lines.ts';
import type { ConsoleTools } from '../tools.ts';
import { createFleetConnection } from './connection.ts';
import { listQuery, sameQuery, staleBody, startBody } from './input.ts';
import { createRunList } from './list-runs.ts';
import { createResults } from './results.ts';
import { runRoutes } from './run-routes.ts';
import { findSame, start } from './start.ts';
import { uploadRoutes } from './upload-routes.ts';
import { createUploads } from './uploads.ts';

/** `/fleets`: runs over many devices, as `devicectl fleet` and `devicectl stale` have them. */
export function fleetRoutes(tools: ConsoleTools): Hono {
  const { stack, clock, signal } = tools;
  const connection = createFleetConnection(tools);
  const uploads = createUploads(clock, signal);
  const results = createResults(signal);
  const list = createRunList(tools, connection, results);
  const fleets = new Hono();
  fleets.get('/', async (context) => context.json(await list(listQuery.parse(context.req.query()).limit)));
  fleets.route('/uploads', uploadRoutes(tools, connection, uploads));
  fleets.post('/stale', async (context) => {
    const { unseenDays } = staleBody.parse(await context.req.json());
    const { executionArn } = await startProposal(await connection.open(), stack, unseenDays, clock);
    return context.json({ executionArn });
  });
  fleets.get('/runs/same', async (context) => {
    const { uploadId, ...asked } = definedIn(sameQuery.parse(context.req.query()));
    const fleet = await connection.open();
    return context.json(await uploads.use(uploadId, (upload) => findSame(fleet, stack, upload, asked)));
  });
  fleets.post('/runs', async (context) => {
    const { uploadId, ...asked } = definedIn(startBody.parse(await context.req.json()));
    return jsonLines(context, stack, async function* (gone): AsyncGenerator<StartLine> {
      const steps = followProgress(
        (watcher) =>
          uploads.use(uploadId, async (upload) =>
            start(await connection.open(), stack, { upload, asked }, watcher),
          ),
        { clock, signal: AbortSignal.any([gone, signal]) },
      );
      for await (const step of steps) yield 'result' in step ? { begun: step.result } : step;
      uploads.remove(uploadId);
    });
  });
  fleets.route('/runs', runRoutes(tools, connection, results));
  return fleets;
}
