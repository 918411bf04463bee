import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** A state that an execution went through. Times are epoch milliseconds. */
export interface StateVisit {
  readonly name: string;
  /** As in its definition: `Task`, `Wait` … */
  readonly type: string;
  readonly enteredAt: number;
  exitedAt?: number;
  /** Tries that failed or timed out, and the error of the last one. */
  failures: number;
  error?: string;
}

export interface HistorySummary {
  /** In the order in which they were entered. */
  readonly states: readonly StateVisit[];
  readonly mapRunArns: readonly string[];
}

/** What of an execution's events people want to see, in their order. */
export function summariseHistory(events: readonly HistoryEvent[]): HistorySummary {
  const states: StateVisit[] = [];
  const mapRunArns: string[] = [];
  /** In which state each event happened: that of the event before it. */
  const stateOfEvent = new Map<number, StateVisit>();
  for (const event of events) {
    const { id = 0, previousEventId = 0, mapRunStartedEventDetails } = event;
    if (mapRunStartedEventDetails?.mapRunArn !== undefined) {
      mapRunArns.push(mapRunStartedEventDetails.mapRunArn);
    }
    const before = stateOfEvent.get(previousEventId);
    const state = enteredBy(event, states) ?? leftBy(event, before, states) ?? before;
    if (state === undefined) continue;
    stateOfEvent.set(id, state);
    noteFailure(event, state);
  }
  return { states, mapRunArns };
}

const timeOf = ({ timestamp }: HistoryEvent): number => timestamp?.getTime() ?? 0;

function enteredBy(event: HistoryEvent, states: StateVisit[]): StateVisit | undefined {
  const { type = '', stateEnteredEventDetails } = event;
  if (!type.endsWith('StateEntered')) return undefined;
  const visit: StateVisit = {
    name: stateEnteredEventDetails?.name ?? '',
    type: type.replace('StateEntered', ''),
    enteredAt: timeOf(event),
    failures: 0,
  };
  states.push(visit);
  return visit;
}

/** By its name, where the state before is one within it. */
function leftBy(
  event: HistoryEvent,
  before: StateVisit | undefined,
  states: readonly StateVisit[],
): StateVisit | undefined {
  const name = event.stateExitedEventDetails?.name;
  if (name === undefined) return undefined;
  const isOpen = (visit: StateVisit) => visit.name === name && visit.exitedAt === undefined;
  const visit = before !== undefined && isOpen(before) ? before : states.findLast(isOpen);
  if (visit !== undefined) visit.exitedAt = timeOf(event);
  return visit;
}

/** Lambda functions called by their ARN have events of their own. */
const FAILURE = /^(Task|LambdaFunction|Activity|MapRun|Evaluation|MapState|ParallelState)(Failed|TimedOut)$/;

function noteFailure(event: HistoryEvent, state: StateVisit): void {
  if (!FAILURE.test(event.type ?? '')) return;
  state.failures += 1;
  for (const [field, details] of Object.entries(event)) {
    const error: unknown = Object(details).error;
    if (field.endsWith('EventDetails') && typeof error === 'string') state.error = error;
  }
}
