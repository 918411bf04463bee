import type { DeviceHistory, LifeEvent } from './history.ts';
import type { PlayedRequest } from './play.ts';
import { Violation } from './violation.ts';

type Accepted = Readonly<Record<string, unknown>>;

/** The events that a request can have brought about. */
function isDoneBy({ request }: PlayedRequest, event: LifeEvent, { version }: Accepted): boolean {
  switch (request.operation) {
    case 'register':
      return event.kind === 'registered';
    case 'update':
      return (
        event.kind === 'changed' &&
        event.after.version === version &&
        event.after.requests.at(-1)?.requestId === request.input.requestId
      );
    case 'decommission':
      return (
        event.kind === 'decommissioned' && event.after.decommission.requestId === request.input.requestId
      );
    case 'restore':
      return (
        event.kind === 'restored' &&
        event.after.version === version &&
        event.requestId === request.input.requestId
      );
    case 'hold':
      return event.kind === 'held' && event.after.hold?.requestId === request.input.requestId;
    case 'release':
      return event.kind === 'released' && event.after.release?.requestId === request.input.requestId;
    case 'purge':
      return event.kind === 'purged';
    case 'heartbeat':
    case 'presence':
      return true;
  }
}

/** Answers that promise no change of their own: the device was as it should be, whoever had made it so. */
const PROMISES_NOTHING = new Set<unknown>([
  'alreadyDecommissioned',
  'alreadyActive',
  'alreadyHeld',
  'notHeld',
]);

/** What the device says it has seen is never older than a heartbeat that was accepted in its only life. */
function hasSeen({ events, active, lying }: DeviceHistory, seenAt: number): boolean {
  const lives = events.filter(({ kind }) => kind === 'registered').length;
  return (
    lives !== 1 ||
    ((active ?? lying)?.lastSeenAt ?? 0) >= seenAt ||
    events.some(({ kind }) => kind === 'purged')
  );
}

/**
 * Holds the tables to what was promised: what was accepted has happened, and nothing failed for good but by a fault
 * that was made.
 * @throws Violation of "conservation"
 */
export function checkAnswers(histories: readonly DeviceHistory[], played: readonly PlayedRequest[]): void {
  const byId = new Map(histories.map((history) => [history.deviceId, history]));
  for (const one of played) {
    const { request, answer } = one;
    if (answer.verdict !== 'accepted' || PROMISES_NOTHING.has(answer.result['outcome'])) continue;
    const history = byId.get(request.input.deviceId);
    const isKept =
      history?.events.some((event) => isDoneBy(one, event, answer.result)) === true ||
      (request.operation === 'presence' && answer.result['outcome'] !== 'recorded');
    const what = `${request.operation} of "${request.input.deviceId}" was accepted: ${JSON.stringify(request.input)}`;
    if (!isKept) throw new Violation('conservation', `${what}, and is nowhere to be seen`);
    const isSeen =
      request.operation !== 'heartbeat' ||
      (history !== undefined && hasSeen(history, request.input.lastSeenAt));
    if (!isSeen) throw new Violation('nothing lost', `${what}, and was lost`);
  }
}

/** The names of what may fail for good: our own passing faults, and the end of a process that the tests bring about. */
const EXPECTED_FAILURES = new Set(['TransactionConflict', 'Throttled', 'ServiceUnavailable', 'Crash']);

/** @throws the error of a request that failed as none may, such as an `IntegrityViolation` */
export function checkFailures(played: readonly PlayedRequest[]): void {
  for (const { answer } of played) {
    if (answer.verdict === 'failed' && !EXPECTED_FAILURES.has(answer.error.name)) throw answer.error;
  }
}
