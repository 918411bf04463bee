import { withoutExecutionData } from '../execution-data.ts';
import type { ExecutionRecord } from '../execution-store.ts';
import type { HistoryEvent } from '../history.ts';
import type { JsonObject } from '../json.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import { pageOf, pageRequest } from './page.ts';
import { booleanOr, requiredArn } from './request.ts';

/** GetExecutionHistory. */
export function getExecutionHistory(request: JsonObject, context: ApiContext): object {
  const execution = context.standardExecution(requiredArn(request, 'executionArn'));
  const reverseOrder = booleanOr(request, 'reverseOrder', false);
  const included = booleanOr(request, 'includeExecutionData', true);
  const listing = `${execution.executionArn} ${reverseOrder ? 'reverse' : 'forward'}`;
  const page = pageRequest(request, listing);
  const events = reverseOrder ? backwards(execution, page.after) : forwards(execution, page.after);
  const { items, ...next } = pageOf(events, page, listing, ({ id }) => id);
  return { events: items.map((event) => rendered(event, included)), ...next };
}

/** Ids count from one: an event's index is its id less one. */
function* forwards({ events }: ExecutionRecord, after = 0): Generator<HistoryEvent> {
  for (let index = after; index < events.length; index += 1) {
    const event = events[index];
    if (event !== undefined) yield event;
  }
}

function* backwards({ events }: ExecutionRecord, after = events.length + 1): Generator<HistoryEvent> {
  for (let index = Math.min(after - 2, events.length - 1); index >= 0; index -= 1) {
    const event = events[index];
    if (event !== undefined) yield event;
  }
}

function rendered(
  { id, previousEventId, type, timestampMs, details }: HistoryEvent,
  included: boolean,
): object {
  return {
    timestamp: epochSeconds(timestampMs),
    type,
    id,
    previousEventId,
    ...(details === undefined
      ? {}
      : { [detailsField(type)]: included ? details : withoutExecutionData(details) }),
  };
}

/** States share the fields of their kind; every other type has its own. */
function detailsField(type: HistoryEvent['type']): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
