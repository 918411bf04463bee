import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from '@aws-sdk/client-sfn';
import { Bounded } from '../bounded.ts';

const FIRST_PAGE_EVENTS = 1_000;
const NEXT_PAGE_EVENTS = 100;
const MAX_KEPT = 6;

/** Resolves to the events of an execution, in their order and without their data. Errors are those of the SDK. */
type ReadHistory = (executionArn: string) => Promise<readonly HistoryEvent[]>;

/**
 * Remembers the events of the executions that were looked at last, and asks for the newest alone, from the end: an
 * execution has up to 25,000, and AWS answers a few calls a second.
 */
export function createHistoryReader(client: Pick<SFNClient, 'send'>): ReadHistory {
  const kept = new Bounded<string, readonly HistoryEvent[]>(MAX_KEPT);
  return async (executionArn) => {
    const newer = await eventsAfter(client, executionArn, lastIdOf(kept.get(executionArn)));
    // Another request may have read the same meanwhile.
    const known = kept.get(executionArn) ?? [];
    const lastId = lastIdOf(known);
    const events = [...known, ...newer.filter(({ id = 0 }) => id > lastId)];
    kept.set(executionArn, events);
    return events;
  };
}

const lastIdOf = (events: readonly HistoryEvent[] | undefined): number => events?.at(-1)?.id ?? 0;

async function eventsAfter(
  client: Pick<SFNClient, 'send'>,
  executionArn: string,
  lastId: number,
): Promise<readonly HistoryEvent[]> {
  const found: HistoryEvent[] = [];
  const maxResults = lastId === 0 ? FIRST_PAGE_EVENTS : NEXT_PAGE_EVENTS;
  const request = { executionArn, reverseOrder: true, includeExecutionData: true, maxResults };
  let nextToken: string | undefined;
  do {
    const page = await client.send(new GetExecutionHistoryCommand({ ...request, nextToken }));
    const events = page.events ?? [];
    const newer = events.filter(({ id = 0 }) => id > lastId);
    found.push(...newer.map(withoutData));
    nextToken = newer.length < events.length ? undefined : page.nextToken;
  } while (nextToken !== undefined);
  return found.reverse();
}

/** What is told of states: an event can hold 256 KB of input, which nobody looks at here. */
function withoutData(event: HistoryEvent): HistoryEvent {
  const { id, previousEventId, type, timestamp, mapRunStartedEventDetails } = event;
  const entered = event.stateEnteredEventDetails?.name;
  const exited = event.stateExitedEventDetails?.name;
  const error = errorIn(event);
  return {
    id,
    previousEventId,
    type,
    timestamp,
    ...(entered !== undefined && { stateEnteredEventDetails: { name: entered } }),
    ...(exited !== undefined && { stateExitedEventDetails: { name: exited } }),
    ...(error !== undefined && { taskFailedEventDetails: { resourceType: '', resource: '', error } }),
    ...(mapRunStartedEventDetails !== undefined && { mapRunStartedEventDetails }),
  };
}

function errorIn(event: HistoryEvent): string | undefined {
  const errors = Object.values(event).map((details: unknown) => Object(details).error);
  return errors.find((error) => typeof error === 'string');
}
