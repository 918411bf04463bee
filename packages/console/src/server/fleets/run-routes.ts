import { adjustRun, redriveRun, stopRun } from '@device-lifecycle/operator/fleet/change-run.ts';
import { findRun } from '@device-lifecycle/operator/fleet/find-run.ts';
import {
  describeRun as findExecution,
  isRunning,
  lookAtRun,
} from '@device-lifecycle/operator/fleet/look-at-run.ts';
import type { FleetTools, Run } from '@device-lifecycle/operator/fleet/ports.ts';
import { reportAsCsv } from '@device-lifecycle/operator/fleet/report-csv.ts';
import { outcomesOf } from '@device-lifecycle/operator/fleet/results.ts';
import { proposalOf } from '@device-lifecycle/operator/fleet/stale.ts';
import { Hono } from 'hono';
import type { TallyLine } from '../../contract/fleets.ts';
import { ApiError } from '../api-error.ts';
import { Bounded } from '../bounded.ts';
import { definedIn } from '../defined.ts';
import { jsonLines } from '../json-lines.ts';
import type { ConsoleTools } from '../tools.ts';
import type { FleetConnection } from './connection.ts';
import { csvResponse } from './csv-response.ts';
import { describeRun, hasResults } from './describe-run.ts';
import { failuresQuery, paceBody } from './input.ts';
import type { Reading, Results } from './results.ts';

const REMEMBERED_TOTALS = 1_000;
/** How often it is said how many results were read. */
const TELL_MS = 250;

/** `/fleets/runs/:executionArn`: a run, what becomes of its devices, and what can be done with it. */
export function runRoutes(
  { stack, clock }: ConsoleTools,
  connection: FleetConnection,
  results: Results,
): Hono {
  const totalOf = createTotals();
  return new Hono()
    .get('/:arn', async (context) => {
      const arn = context.req.param('arn');
      const kind = await connection.kindOf(arn);
      const fleet = await connection.open();
      const look = await lookAtRun(fleet.runs, arn);
      const total = kind === 'stale' ? undefined : await totalOf(fleet, look.run);
      return context.json(describeRun(kind, look, total));
    })
    .get('/:arn/tally', async (context) => {
      const reading = await readingOf(context.req.param('arn'));
      return jsonLines(context, stack, (gone) => tellTally(reading, gone));
    })
    .get('/:arn/failures', async (context) => {
      const { after, limit, error } = failuresQuery.parse(context.req.query());
      const { failures } = await (await readingOf(context.req.param('arn'))).results;
      return context.json(await failures({ after, limit, ...(error !== undefined && { error }) }));
    })
    .get('/:arn/report', async (context) => {
      const { fleet, run } = await endedRun(context.req.param('arn'));
      return csvResponse(
        `${run.name}.report.csv`,
        reportAsCsv(outcomesOf(fleet.bucket, run), run.executionArn),
      );
    })
    .get('/:arn/proposal', async (context) => {
      const arn = context.req.param('arn');
      if ((await connection.kindOf(arn)) !== 'stale') throw new ApiError('notFound', 'It proposes nothing.');
      const fleet = await connection.open();
      const run = await findExecution(fleet.runs, arn);
      if (run.status !== 'SUCCEEDED')
        throw new ApiError('invalid', `The search ${run.name} has found nothing.`);
      return csvResponse(`${run.name}.csv`, await fleet.bucket.read(proposalOf(run).key));
    })
    .post('/:arn/stop', async (context) => {
      const arn = context.req.param('arn');
      await connection.kindOf(arn);
      const fleet = await connection.open();
      const wasStopped = await stopRun(fleet, stack, await findExecution(fleet.runs, arn));
      return context.json({ wasStopped });
    })
    .post('/:arn/pace', async (context) => {
      const change = definedIn(paceBody.parse(await context.req.json()));
      const { fleet, run } = await foundRun(context.req.param('arn'));
      return context.json(await adjustRun(fleet, run, change));
    })
    .post('/:arn/redrive', async (context) => {
      const { fleet, run } = await foundRun(context.req.param('arn'));
      await redriveRun(fleet, run);
      return context.json({ executionArn: run.executionArn });
    });

  async function foundRun(arn: string): Promise<{ fleet: FleetTools; run: Run }> {
    await connection.kindOf(arn);
    const fleet = await connection.open();
    const { run } = await findRun(fleet, stack, arn);
    return { fleet, run };
  }

  async function endedRun(arn: string): Promise<{ fleet: FleetTools; run: Run }> {
    const found = await foundRun(arn);
    if (!isRunning(found.run)) return found;
    throw new ApiError('invalid', `The run ${found.run.name} has not ended: its results come when it has.`);
  }

  async function readingOf(arn: string): Promise<Reading> {
    const { fleet, run } = await endedRun(arn);
    if (run.status === 'SUCCEEDED') return results.of(fleet.bucket, run, true);
    const mapRun = await fleet.runs.findMapRun(arn);
    return results.of(fleet.bucket, run, hasResults({ run, ...(mapRun !== undefined && { mapRun }) }));
  }

  async function* tellTally({ results, read }: Reading, gone: AbortSignal): AsyncGenerator<TallyLine> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    const ended = results.then(over, over);
    while (!isOver && !gone.aborted) {
      await Promise.race([ended, clock.sleep(TELL_MS, gone)]);
      if (!isOver) yield { read: read() };
    }
    if (isOver) yield { tally: (await results).tally };
  }
}

/** How many devices sources have, which never changes. */
function createTotals(): (fleet: FleetTools, run: Run) => Promise<number | undefined> {
  const known = new Bounded<string, number>(REMEMBERED_TOTALS);
  return async ({ bucket }, { input }) => {
    const key = String(Object(input['source']).key);
    const total = known.get(key) ?? (await bucket.describe(key))?.devices;
    if (total !== undefined) known.set(key, total);
    return total;
  };
}
