import type { Outcome } from './outcome.ts';

/** What a record out of service, or the last restore, remembers of holds and releases. */
export interface HoldMemory {
  readonly hold?: { readonly requestId: string; readonly remainingSeconds: number };
  readonly release?: { readonly requestId: string; readonly ttl: number };
}

/** As much of a record out of service as decides on holds. */
export interface Holdable extends HoldMemory {
  readonly requestedAt: number;
  /** Epoch seconds. */
  readonly ttl: number | undefined;
  readonly holdRequestedAt?: number;
}

export interface HoldRequest {
  readonly kind: 'hold' | 'release';
  readonly requestId: string;
  readonly requestedAt: number;
  readonly retentionSeconds?: number;
}

/** Of the tests' retention policy, in which no type of the model has one of its own. */
const DEFAULT_RETENTION_SECONDS = 30 * 86_400;

/** The answer that the same request got before. */
export function answerFrom({ hold, release }: HoldMemory, request: HoldRequest): Outcome | undefined {
  const { kind, requestId } = request;
  if (kind === 'hold') return hold?.requestId === requestId ? { outcome: 'held' } : undefined;
  return release?.requestId === requestId ? { outcome: 'released', ttl: release.ttl } : undefined;
}

function release(record: Holdable, { requestId, requestedAt, retentionSeconds }: HoldRequest, now: number) {
  const seconds = retentionSeconds ?? record.hold?.remainingSeconds ?? DEFAULT_RETENTION_SECONDS;
  const ttl = Math.ceil(now / 1000) + seconds;
  const changes = { ttl, release: { requestId, ttl }, holdRequestedAt: requestedAt };
  return { outcome: { outcome: 'released', ttl }, changes };
}

function hold(ttl: number, { requestId, requestedAt }: HoldRequest, now: number) {
  const remainingSeconds = ttl - Math.floor(now / 1000);
  const changes = { ttl: undefined, hold: { requestId, remainingSeconds }, holdRequestedAt: requestedAt };
  return { outcome: { outcome: 'held' }, changes };
}

/** What a request does to an unexpired record, and its answer; `remembered` is of the afterlife before. */
export function changeHold(
  record: Holdable,
  request: HoldRequest,
  { remembered, now }: { readonly remembered: HoldMemory; readonly now: number },
): { readonly outcome: Outcome; readonly changes: Partial<Holdable> } {
  const { kind, requestedAt } = request;
  const { ttl } = record;
  const answered = answerFrom(record, request);
  if (answered !== undefined) return { outcome: answered, changes: {} };
  const isAsAsked = (ttl === undefined) === (kind === 'hold');
  const idle = kind === 'hold' ? { outcome: 'alreadyHeld' } : { outcome: 'notHeld', ttl };
  if (requestedAt < Math.max(record.requestedAt, record.holdRequestedAt ?? 0)) {
    const outcome = answerFrom(remembered, request) ?? (isAsAsked ? idle : 'StaleRequest');
    return { outcome, changes: {} };
  }
  if (isAsAsked) return { outcome: idle, changes: { holdRequestedAt: requestedAt } };
  return ttl === undefined ? release(record, request, now) : hold(ttl, request, now);
}
