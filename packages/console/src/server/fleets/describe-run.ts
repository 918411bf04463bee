import { countsOf, isRunning, type RunLook } from '@device-lifecycle/operator/fleet/look-at-run.ts';
import type { Run } from '@device-lifecycle/operator/fleet/ports.ts';
import { proposalOf } from '@device-lifecycle/operator/fleet/stale.ts';
import type { FleetCounts, FleetKind, FleetRun, FleetRunSummary } from '../../contract/fleets.ts';

/** A run as the page has it. `total`: how many devices its source has, where it is known before the map run says so. */
export function describeRun(kind: FleetKind, look: RunLook, total?: number): FleetRun {
  const { run, mapRun } = look;
  const { status, input, error, cause, notRedrivable } = run;
  const isFinished = status === 'SUCCEEDED' || isRunning(run);
  return {
    ...summaryOf(kind, look, total),
    ...texts(input, ['requestedBy']),
    ...(typeof input['retentionDays'] === 'number' && { retentionDays: input['retentionDays'] }),
    ...(input['legalHold'] === true && { legalHold: true }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    isRedrivable: !isFinished && notRedrivable === undefined,
    ...(!isFinished && notRedrivable !== undefined && { notRedrivable }),
    ...(mapRun !== undefined && {
      mapRun: {
        isRunning: mapRun.isRunning,
        maxConcurrency: mapRun.maxConcurrency,
        toleratedFailurePercentage: mapRun.toleratedFailurePercentage,
        items: mapRun.items,
        batches: mapRun.batches,
      },
    }),
    hasResults: hasResults(look),
    ...(kind === 'stale' && status === 'SUCCEEDED' && proposalIn(run)),
  };
}

export function summaryOf(kind: FleetKind, { run, mapRun }: RunLook, total?: number): FleetRunSummary {
  const { executionArn, name, status, startedAtMs, endedAtMs, input } = run;
  const { unseenDays, dryRun } = input;
  const counts = countsOf(mapRun, total);
  return {
    executionArn,
    name,
    kind,
    status,
    startedAt: startedAtMs,
    ...(endedAtMs !== undefined && { endedAt: endedAtMs }),
    isDryRun: dryRun === true,
    ...texts(input, ['reason']),
    ...(typeof unseenDays === 'number' && { unseenDays }),
    ...(counts.total !== undefined && { counts: fullCounts(counts) }),
  };
}

const fullCounts = ({ done, failed = 0, total = 0 }: ReturnType<typeof countsOf>): FleetCounts => ({
  done,
  failed,
  total,
});

/** A run that was stopped has ended at once, its map run a little later, and its results are written then. */
export function hasResults({ run, mapRun }: RunLook): boolean {
  if (isRunning(run) || mapRun === undefined) return false;
  if (run.status === 'SUCCEEDED') return true;
  const { succeeded, failed, resultsWritten } = mapRun.counts;
  return !mapRun.isRunning && resultsWritten >= succeeded + failed;
}

function proposalIn(run: Run): Pick<FleetRun, 'proposal'> {
  const { devices, seenBefore } = proposalOf(run);
  return { proposal: { devices, seenBefore } };
}

const texts = <K extends string>(
  input: Readonly<Record<string, unknown>>,
  names: readonly K[],
): { readonly [P in K]?: string } =>
  Object.fromEntries(
    names.filter((name) => typeof input[name] === 'string').map((name) => [name, input[name]]),
  ) as { readonly [P in K]?: string };
