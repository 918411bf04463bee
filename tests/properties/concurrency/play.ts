import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '@device-lifecycle/test-kit/random.ts';
import { decommissionDevice } from '../../../shared/commands/decommission-device.ts';
import { holdDevice } from '../../../shared/commands/hold-device.ts';
import type { GhostDependencies } from '../../../shared/commands/note-ghost.ts';
import { purgeDevice } from '../../../shared/commands/purge-device.ts';
import { recordHeartbeat } from '../../../shared/commands/record-heartbeat.ts';
import { recordPresence } from '../../../shared/commands/record-presence.ts';
import { registerDevice } from '../../../shared/commands/register-device.ts';
import { releaseDevice } from '../../../shared/commands/release-device.ts';
import { restoreDevice } from '../../../shared/commands/restore-device.ts';
import { updateDevice } from '../../../shared/commands/update-device.ts';
import { Rejection } from '../../../shared/errors.ts';
import type { DeviceStore } from '../../../shared/ports.ts';
import { type Call, conflict, crash, type Fault, lostResponse, throttled } from '../../support/faults.ts';
import type { Operation, PlannedRequest } from './plan.ts';

/** How a request went in the end: accepted, refused, or failed three times, when nobody knows what it has done. */
export type Answer =
  | { readonly verdict: 'accepted'; readonly result: Readonly<Record<string, unknown>> }
  | { readonly verdict: 'rejected' | 'failed'; readonly error: Error };

export interface PlayedRequest {
  readonly request: Operation;
  readonly answer: Answer;
  /** Epoch milliseconds on the round's clock at which it was first tried. */
  readonly startedAt: number;
}

export interface RoundClock {
  (): number;
  skip(ms: number): void;
}

/** The round's time runs this much faster than ours, so that retentions of seconds run out within it. */
const SPEED = 40;
/** Lambda's: an asynchronous invocation that fails is tried twice more. */
const TRIES = 3;
const RETENTION = { defaultDays: 30, byType: {} };

export function startClock(startEpochMs: number): RoundClock {
  const startedAt = performance.now();
  let skippedMs = 0;
  const now = () => startEpochMs + Math.round((performance.now() - startedAt) * SPEED) + skippedMs;
  return Object.assign(now, {
    skip: (ms: number) => {
      skippedMs += ms;
    },
  });
}

/** Faults as a bad day brings them. A lost response is the worst: the write is done, and who asked for it is not told. */
export function faultsOf(seed: number): (call: Call) => Fault | undefined {
  const random = createRandom(seed);
  return (call) =>
    random.weighted<((call: Call) => Fault) | undefined>([
      [84, undefined],
      [7, conflict],
      [3, throttled],
      [4, lostResponse],
      [2, crash],
    ])?.(call);
}

/** Carries out a request; rejects with what it is refused for, or fails with. */
export async function perform(
  request: Operation,
  context: GhostDependencies & { readonly store: DeviceStore },
): Promise<object> {
  switch (request.operation) {
    case 'register':
      return registerDevice(request.input, context);
    case 'update':
      return updateDevice(request.input, context);
    case 'heartbeat':
      return recordHeartbeat(request.input, context);
    case 'presence':
      return recordPresence(request.input, context);
    case 'decommission':
      return decommissionDevice(request.input, { ...context, retention: RETENTION });
    case 'restore':
      return restoreDevice(request.input, context);
    case 'hold':
      return holdDevice(request.input, context);
    case 'release':
      return releaseDevice(request.input, { ...context, retention: RETENTION });
    case 'purge':
      return purgeDevice(request.input, context);
  }
}

/** Tries a request as Lambda does: again when it fails, and not when it is refused. */
export async function play(
  request: PlannedRequest,
  { store, clock }: { readonly store: DeviceStore; readonly clock: RoundClock },
): Promise<PlayedRequest> {
  await delay(request.comesAfterMs / SPEED);
  const startedAt = clock();
  let failure = new Error('It was not tried.');
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      const context = {
        store,
        clock,
        deadlineEpochMs: clock() + 1_000 * SPEED,
        observeGhost: () => undefined,
      };
      const result = { ...(await perform(request, context)) };
      return { request, startedAt, answer: { verdict: 'accepted', result } };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (error instanceof Rejection) {
        return { request, startedAt, answer: { verdict: 'rejected', error } };
      }
      failure = error;
    }
  }
  return { request, startedAt, answer: { verdict: 'failed', error: failure } };
}
