import { withCheckedStream } from '@device-lifecycle/operator/fleet/check-file.ts';
import { planOffline, planRun } from '@device-lifecycle/operator/fleet/plan-run.ts';
import type { Tally } from '@device-lifecycle/operator/fleet/tally.ts';
import type { Watcher } from '@device-lifecycle/operator/watcher.ts';
import { Hono } from 'hono';
import type { FileProblems, FleetPlan, FleetTally, FleetUpload, PlanLine } from '../../contract/fleets.ts';
import { ApiError } from '../api-error.ts';
import { definedIn } from '../defined.ts';
import { followProgress } from '../follow-progress.ts';
import { jsonLines } from '../json-lines.ts';
import type { ConsoleTools } from '../tools.ts';
import type { FleetConnection } from './connection.ts';
import { fromRunBody, planBody, problemsQuery, uploadQuery } from './input.ts';
import { takeFromRun } from './take-from-run.ts';
import { type BodyLimits, readBody, tooLarge } from './upload-body.ts';
import type { KeptUpload, Uploads } from './uploads.ts';

/** Two millions of the longest ids; each upload's index has up to 48 bytes a line in memory. */
const LIMITS: BodyLimits = { maxBytes: 256_000_000, maxLines: 2_000_000 };

/** `/fleets/uploads`: lists of devices, checked, and what would become of them. */
export function uploadRoutes(tools: ConsoleTools, connection: FleetConnection, uploads: Uploads): Hono {
  const { stack, clock, signal } = tools;
  return new Hono()
    .post('/', async (context) => {
      const { name } = uploadQuery.parse(context.req.query());
      if (Number(context.req.header('content-length') ?? 0) > LIMITS.maxBytes) throw tooLarge(name, LIMITS);
      const body = readBody(context.req.raw.body, name, LIMITS);
      const upload = uploads.add((keep) =>
        withCheckedStream(name, body.stream, signal, (file) =>
          keep({ file, operations: ['decommission', 'restore'] }),
        ),
      );
      // Browsers hear no answer before they have sent all.
      await upload.catch(() => body.drain());
      return context.json(describe(await upload));
    })
    .post('/from-run', async (context) => {
      const from = fromRunBody.parse(await context.req.json());
      await connection.kindOf(from.executionArn);
      const ended = AbortSignal.any([signal, context.req.raw.signal]);
      const check = await takeFromRun(await connection.open(), from, tools, ended);
      return context.json(describe(await uploads.add(check)));
    })
    .get('/:id', async (context) =>
      context.json(await uploads.use(context.req.param('id'), async (upload) => describe(upload))),
    )
    .delete('/:id', (context) => {
      uploads.remove(context.req.param('id'));
      return context.json({});
    })
    .get('/:id/problems', async (context) => {
      const { offset, limit } = problemsQuery.parse(context.req.query());
      return context.json(
        await uploads.use(context.req.param('id'), async ({ file }): Promise<FileProblems> => {
          const problems = file.problems.slice(offset, offset + limit);
          return { problems, readable: file.problems.length };
        }),
      );
    })
    .post('/:id/plan', async (context) => {
      const id = context.req.param('id');
      const { operation, ...pace } = planBody.parse(await context.req.json());
      return jsonLines(context, stack, (gone) =>
        followPlan(
          followProgress(
            (watcher) =>
              uploads.use(id, (upload) => plan(upload, { operation, pace: definedIn(pace) }, watcher)),
            { clock, signal: AbortSignal.any([gone, signal]) },
          ),
        ),
      );
    });

  async function plan(
    { file, operations }: KeptUpload,
    asked: Pick<Parameters<typeof planRun>[2], 'operation' | 'pace'>,
    watcher: Watcher,
  ): Promise<FleetPlan> {
    const { operation = 'decommission' } = asked;
    if (!operations.includes(operation))
      throw new ApiError('invalid', `${file.name} is not for ${operation}.`);
    if (file.source.devices === 0) throw new ApiError('invalid', `${file.name} has no good line: mend it.`);
    const planned = await planRun(await connection.open(), stack, { source: file.source, ...asked }, watcher);
    if ('detached' in planned) throw new ApiError('failed', 'Nobody has waited for the plan.');
    const { run, tally, forecast } = planned;
    return {
      executionArn: run.executionArn,
      status: run.status,
      ...(run.error !== undefined && { error: run.error }),
      ...(run.cause !== undefined && { cause: run.cause }),
      ...(tally !== undefined && { tally: withLines(tally, file.lineOf) }),
      forecast,
    };
  }
}

async function* followPlan(
  steps: AsyncIterable<
    | { readonly progress: Extract<PlanLine, { progress: unknown }>['progress'] }
    | { readonly result: FleetPlan }
  >,
): AsyncGenerator<PlanLine> {
  for await (const step of steps) yield 'result' in step ? { plan: step.result } : step;
}

function withLines(tally: Tally, lineOf: (deviceId: string) => number | undefined): FleetTally {
  const failures = tally.failures.map((failure) => ({
    ...failure,
    examples: failure.examples.map((example) => {
      const line = lineOf(example.deviceId);
      return { ...example, ...(line !== undefined && { line }) };
    }),
  }));
  return { ...tally, failures };
}

const describe = ({ id, file, operations, from, expired }: KeptUpload): FleetUpload => ({
  id,
  name: file.name,
  devices: file.source.devices,
  problemCount: file.problemCount,
  operations,
  ...(from !== undefined && { from }),
  ...(expired !== undefined && { expired }),
  forecast: planOffline(file.source, {}),
});
