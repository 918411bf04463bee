import { AwsError } from '../../aws.ts';
import type { Members } from '../../protocol/members.ts';
import type { ExecutionRecord } from '../execution-store.ts';
import { type HistoryEvent, withoutExecutionData } from '../history.ts';
import { stateMachineDeleting } from '../machine-registry.ts';
import { EXECUTION_STATUSES, redriven, summary } from './execution-shapes.ts';
import { listChildren } from './map-runs.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import { isChild, redriveEligibility } from './redrive.ts';
import { executionInput, executionName, pageOf, pageRequest, requiredArn } from './request.ts';

const MAX_ERROR_LENGTH = 256;

const MAX_CAUSE_LENGTH = 32_768;

const BILLED_MEMORY_MB = 64;

const BILLED_UNIT_MS = 100;

/** StartExecution. */
export function startExecution(
  request: Members,
  context: ApiContext,
): { executionArn: string; startDate: number } {
  const { executionArn, startDateMs } = start(request, context);
  return { executionArn, startDate: epochSeconds(startDateMs) };
}

/** StartSyncExecution: waits for the end of an Express execution. */
export async function startSyncExecution(request: Members, context: ApiContext): Promise<object> {
  const { machine } = context.target(requiredArn(request, 'stateMachineArn'));
  if (machine.type !== 'EXPRESS') throw typeNotSupported();
  const record = start(request, context);
  const end = await context.executions.settled(record.executionArn);
  // Only a runtime that goes down leaves an execution without an end.
  if (end === undefined) throw new AwsError('ServiceUnavailable', 'The runtime is shutting down.', 503);
  const durationMs = end.stopDateMs - record.startDateMs;
  return {
    ...described({ ...record, end }),
    billingDetails: {
      billedMemoryUsedInMB: BILLED_MEMORY_MB,
      billedDurationInMilliseconds: Math.max(1, Math.ceil(durationMs / BILLED_UNIT_MS)) * BILLED_UNIT_MS,
    },
  };
}

/** DescribeExecution. */
export function describeExecution(request: Members, context: ApiContext): object {
  const record = context.execution(requiredArn(request, 'executionArn'));
  return {
    ...described(record),
    ...(isChild(record) ? { mapRunArn: record.mapRunArn } : {}),
    ...redriven(record),
    ...redriveEligibility(record, context.clock.now()),
  };
}

/** ListExecutions, the newest first. */
export function listExecutions(request: Members, context: ApiContext): object {
  if (request.has('redriveFilter')) {
    throw new AwsError('ValidationException', 'The laptop runtime has no redriveFilter: leave it out.');
  }
  if (request.has('mapRunArn')) return listChildren(request, context);
  const arn = requiredArn(request, 'stateMachineArn');
  const { machine } = context.target(arn);
  if (machine.type === 'EXPRESS') throw typeNotSupported();
  if (request.json['statusFilter'] === 'PENDING_REDRIVE') {
    throw new AwsError('ValidationException', 'PENDING_REDRIVE can be listed with a mapRunArn only.');
  }
  const status = request.optionalEnum('statusFilter', EXECUTION_STATUSES);
  const page = pageRequest(request, arn);
  const all = context.executions.list(machine, page.after ?? Number.POSITIVE_INFINITY, status);
  const { items, ...next } = pageOf(all, page, arn, ({ sequence }) => sequence);
  return { executions: items.map((record) => ({ ...summary(record), ...redriven(record) })), ...next };
}

/** StopExecution: an execution that has ended stays as it is. */
export function stopExecution(request: Members, context: ApiContext): object {
  const execution = context.standardExecution(requiredArn(request, 'executionArn'));
  const { executionArn } = execution;
  const error = request.optionalText('error', { min: 0, max: MAX_ERROR_LENGTH });
  const cause = request.optionalText('cause', { min: 0, max: MAX_CAUSE_LENGTH });
  if (isChild(execution)) context.children.stop(executionArn, error, cause);
  else context.executions.stop(executionArn, error, cause);
  const { end } = context.execution(executionArn);
  if (end === undefined) throw new TypeError(`${executionArn} still runs.`);
  return { stopDate: epochSeconds(end.stopDateMs) };
}

function start(request: Members, context: ApiContext): ExecutionRecord {
  const { machine } = context.target(requiredArn(request, 'stateMachineArn'));
  if (context.registry.isRemoving(machine.arn)) throw stateMachineDeleting(machine.arn);
  return context.executions.start({
    machine,
    name: executionName(request),
    input: executionInput(request),
  });
}

function described(record: ExecutionRecord): object {
  const { input, end } = record;
  return {
    ...summary(record),
    input,
    inputDetails: { included: true },
    ...(end === undefined ? {} : ending(end)),
  };
}

function ending({ output, error, cause }: NonNullable<ExecutionRecord['end']>): object {
  return {
    ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}

function typeNotSupported(): AwsError {
  return new AwsError(
    'StateMachineTypeNotSupported',
    'This operation is not supported by this type of state machine',
  );
}

/** GetExecutionHistory. */
export function getExecutionHistory(request: Members, context: ApiContext): object {
  const execution = context.standardExecution(requiredArn(request, 'executionArn'));
  const reverseOrder = request.optionalFlag('reverseOrder') ?? false;
  const included = request.optionalFlag('includeExecutionData') ?? true;
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
