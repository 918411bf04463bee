import { isDeepStrictEqual } from 'node:util';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import type { Operation } from '../concurrency/plan.ts';
import type { Action } from '../model/actions.ts';
import { Model } from '../model/model.ts';
import type { Outcome } from '../model/outcome.ts';
import { acceptedOutcome, expectedOf, refusedOutcome } from '../model/outcomes.ts';
import type { Attempt, Sweep } from './attempt.ts';
import type { Interval, Specification } from './linearize.ts';
import { differenceOf, keyOf, type TableImages } from './records.ts';
import type { PlayedRound } from './round.ts';

/** What happens to the devices, as their model is told of it. */
export type Deed = Interval &
  (
    | {
        readonly kind: 'request';
        readonly action: Action;
        /** `undefined`: nobody has heard it. */
        readonly outcome: Outcome | undefined;
        /** What the clock of whoever did it has said meanwhile. Epoch milliseconds. */
        readonly times: readonly number[];
        /** What it said when the write was made that has had its effect, if one has. */
        readonly madeAtEpochMs: number | undefined;
        readonly attempt: number;
      }
    | ({ readonly kind: 'sweep' } & Sweep)
    | { readonly kind: 'look'; readonly tables: TableImages }
  );

type Request = Extract<Deed, { kind: 'request' }>;

const SECONDS_PER_DAY = 86_400;

/** A request in the model's words. */
function toAction(request: Operation): Action {
  const { operation: kind, input } = request;
  switch (request.operation) {
    case 'heartbeat':
      return { kind: 'heartbeat', deviceId: input.deviceId, seenAt: request.input.lastSeenAt };
    case 'presence':
      return { kind: 'presence', ...request.input };
    case 'decommission':
    case 'release': {
      const { retentionDays, ...rest } = request.input;
      const retentionSeconds = retentionDays && Math.round(retentionDays * SECONDS_PER_DAY);
      return { kind, ...rest, ...(retentionSeconds !== undefined && { retentionSeconds }) } as Action;
    }
    default:
      return { kind, ...withoutUndefined(request.input) } as Action;
  }
}

const withoutUndefined = (record: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

function outcomeOf({ answer }: Attempt): Outcome | undefined {
  switch (answer?.verdict) {
    case 'accepted':
      return acceptedOutcome(answer.result);
    case 'rejected':
      return refusedOutcome(answer.error);
    default:
      return undefined;
  }
}

/**
 * What a client has heard, it has heard at the end. A write whose answer was lost counts as a request by itself: whoever
 * makes the call again, the client itself or the SDK within it, repeats the request. What the engine has never taken a
 * write of, and nobody has heard of, has not happened.
 */
function toDeeds(attempt: Attempt): readonly Deed[] {
  const { invokedAt, returnedAt, written, writtenUnheard, reachedAt, times, index } = attempt;
  const request = { kind: 'request', action: toAction(attempt.request), times, attempt: index } as const;
  const outcome = outcomeOf(attempt);
  const unheard = writtenUnheard ?? (outcome === undefined ? written : undefined);
  const deeds: Deed[] = [];
  if (unheard !== undefined) {
    const { at, madeAtEpochMs } = unheard;
    deeds.push({ ...request, outcome: undefined, madeAtEpochMs, invokedAt, returnedAt: at, hint: at });
  }
  if (outcome !== undefined && returnedAt !== undefined) {
    const hint = written?.at ?? reachedAt ?? invokedAt;
    const madeAtEpochMs = written?.madeAtEpochMs;
    deeds.push({
      ...request,
      outcome,
      madeAtEpochMs,
      invokedAt: writtenUnheard?.at ?? invokedAt,
      returnedAt,
      hint,
    });
  }
  return deeds;
}

const toSweep = (sweep: Sweep): Deed => {
  const { sweptAt } = sweep;
  return { kind: 'sweep', ...sweep, invokedAt: sweptAt, returnedAt: sweptAt, hint: sweptAt };
};

/** All that has happened in a round, and a last look at the tables. */
export function deedsOf({ attempts, sweeps, devices, invalidDevices }: PlayedRound): readonly Deed[] {
  const deeds = [...attempts.flatMap(toDeeds), ...sweeps.map(toSweep)];
  const end = Math.max(0, ...deeds.map(({ returnedAt }) => returnedAt)) + 1;
  const tables = { devices, invalidDevices };
  return [...deeds, { kind: 'look', tables, invokedAt: end, returnedAt: end, hint: end }];
}

const isSame = (one: Outcome, other: Outcome): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));

/** The moments at which a request may have looked at its clock: to decide, and then to write. */
function* moments({ times, madeAtEpochMs }: Request): Iterable<Pick<Model, 'now' | 'decidedAt'>> {
  for (const now of madeAtEpochMs === undefined ? times : [madeAtEpochMs]) {
    for (const decidedAt of times) if (decidedAt <= now) yield { now, decidedAt };
  }
}

/** What a request may make of the devices, by the clock of whoever carries it out, if it is to be answered so. */
function carryOut(model: Model, request: Request): readonly Model[] {
  const { action, outcome } = request;
  const after = new Map<string, Model>();
  for (const moment of moments(request)) {
    const next = Object.assign(model.copy(), moment);
    const expected = expectedOf(next, action);
    if (outcome === undefined || isSame(outcome, expected)) after.set(keyOf(next), next);
  }
  const isExplained = outcome !== undefined && after.size > 0;
  return isExplained ? [...after.values()] : [...after.values(), ...carryOutBehind(model, request)];
}

type Lying = ReturnType<Model['unexpired']>;

const isNoted = (before: Lying, after: Lying): boolean =>
  after?.holdRequestedAt !== before?.holdRequestedAt &&
  isDeepStrictEqual(after, { ...before, holdRequestedAt: after?.holdRequestedAt });

/**
 * The same where a device has been registered anew after a retention that is not over by this clock: whoever goes by it,
 * and looks at the record out of service alone, answers as if that were all there is. The one write that such a client
 * gets done is a note in that record of when a hold or a release was asked for.
 */
function carryOutBehind(model: Model, request: Request): readonly Model[] {
  const { action, outcome, madeAtEpochMs } = request;
  const { deviceId } = action;
  const device = model.active.get(deviceId);
  if (device === undefined) return [];
  return [...moments(request)].flatMap((moment) => {
    const behind = Object.assign(model.copy(), moment);
    behind.active.delete(deviceId);
    const before = behind.unexpired(deviceId);
    if (before === undefined) return [];
    const expected = expectedOf(behind, action);
    if (outcome !== undefined && !isSame(outcome, expected)) return [];
    if (madeAtEpochMs === undefined) return [model];
    const after = behind.invalid.get(deviceId);
    if (!isNoted(before, after)) return [];
    behind.active.set(deviceId, device);
    return [behind];
  });
}

/** The lives of all devices together: whether one may have a serial number depends on the others. */
export const lives: Specification<Model, Deed> = {
  initial: new Model(START),
  key: keyOf,
  apply(model, deed) {
    switch (deed.kind) {
      case 'request':
        return carryOut(model, deed);
      case 'sweep': {
        const next = model.copy();
        if (deed.guardId === undefined) next.sweep(deed.deviceId);
        else next.lose(deed.deviceId, deed.guardId);
        return [next];
      }
      case 'look':
        return differenceOf(model, deed.tables) === undefined ? [model] : [];
    }
  },
};
