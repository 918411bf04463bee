import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { summariseHistory } from '@device-lifecycle/operator/executions/history.ts';
import type { ExecutionStatus } from '@device-lifecycle/operator/executions/ports.ts';
import type { ExecutionDetails, StateStatus, StateVisit } from '../../contract/executions.ts';

const MAX_VISITS = 300;
const FAILURE = /(Failed|TimedOut)$/;
const END = /^Execution(Succeeded|Failed|Aborted|TimedOut)$/;

type History = Pick<ExecutionDetails, 'visits' | 'earlierVisits' | 'states'> & {
  readonly mapRunArns: readonly string[];
  /** Whether the last event is that of the execution's end. */
  readonly isEnded: boolean;
};

/** What the events of an execution say of its states. */
export function describeVisits(events: readonly HistoryEvent[], status: ExecutionStatus): History {
  const { states, mapRunArns } = summariseHistory(events);
  const caught = caughtExits(events);
  const lastOpen = states.findLast(({ exitedAt }) => exitedAt === undefined);
  const visits = states.map((visit): StateVisit => {
    const isToBlame = visit === lastOpen || visit.failures > 0 || visit.type === 'Fail';
    const isCaught = caught.has(`${visit.name} ${visit.exitedAt}`);
    const open = openStatus(status, isToBlame);
    return { ...visit, status: visit.exitedAt === undefined ? open : isCaught ? 'caught' : 'succeeded' };
  });
  return {
    visits: visits.slice(-MAX_VISITS),
    earlierVisits: Math.max(0, visits.length - MAX_VISITS),
    states: lastStatuses(visits),
    mapRunArns,
    isEnded: END.test(events.at(-1)?.type ?? ''),
  };
}

/** Of a state that was not left: others run beside the one that failed, in branches. */
function openStatus(status: ExecutionStatus, isToBlame: boolean): StateStatus {
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return 'running';
  if (status === 'SUCCEEDED') return 'succeeded';
  return status !== 'ABORTED' && isToBlame ? 'failed' : 'stopped';
}

/** A state that is left right after a failure has a Catch that took it. As `name time`. */
function caughtExits(events: readonly HistoryEvent[]): ReadonlySet<string> {
  const typeOf = new Map(events.map(({ id, type }) => [id, type]));
  const exits = events.filter(
    ({ stateExitedEventDetails, previousEventId }) =>
      stateExitedEventDetails !== undefined && FAILURE.test(typeOf.get(previousEventId) ?? ''),
  );
  return new Set(
    exits.map(
      ({ stateExitedEventDetails, timestamp }) => `${stateExitedEventDetails?.name} ${timestamp?.getTime()}`,
    ),
  );
}

function lastStatuses(visits: readonly StateVisit[]): ExecutionDetails['states'] {
  const states: Record<string, { status: StateStatus; visits: number }> = {};
  for (const { name, status } of visits) {
    states[name] = { status, visits: (states[name]?.visits ?? 0) + 1 };
  }
  return states;
}
