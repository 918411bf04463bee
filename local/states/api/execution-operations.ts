import { AwsError } from '../../aws.ts';
import type { ExecutionRecord, ExecutionStatus } from '../execution-store.ts';
import { statusOf } from '../executions.ts';
import type { JsonObject } from '../json.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import { pageOf, pageRequest } from './page.ts';
import { executionInput, executionName, optionalEnum, optionalText, requiredArn } from './request.ts';

const STATUSES: readonly ExecutionStatus[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];
const INCLUDED_DATA = ['ALL_DATA', 'METADATA_ONLY'] as const;
const MAX_ERROR_LENGTH = 256;
const MAX_CAUSE_LENGTH = 32_768;
const MAX_TRACE_HEADER_LENGTH = 256;
const BILLED_MEMORY_MB = 64;
const BILLED_UNIT_MS = 100;

/** StartExecution. */
export function startExecution(request: JsonObject, context: ApiContext): object {
  const { executionArn, startDateMs } = start(request, context);
  return { executionArn, startDate: epochSeconds(startDateMs) };
}

/** StartSyncExecution: waits for the end of an Express execution. */
export async function startSyncExecution(request: JsonObject, context: ApiContext): Promise<object> {
  const machine = context.machine(requiredArn(request, 'stateMachineArn'));
  if (machine.type !== 'EXPRESS') throw typeNotSupported();
  const included = includesData(request);
  const record = start(request, context);
  const end = await context.executions.settled(record.executionArn);
  // Only a runtime that goes down leaves an execution without an end.
  if (end === undefined) throw new AwsError('ServiceUnavailable', 'The runtime is shutting down.', 503);
  const durationMs = end.stopDateMs - record.startDateMs;
  return {
    ...described({ ...record, end }, included),
    billingDetails: {
      billedMemoryUsedInMB: BILLED_MEMORY_MB,
      billedDurationInMilliseconds: Math.max(1, Math.ceil(durationMs / BILLED_UNIT_MS)) * BILLED_UNIT_MS,
    },
  };
}

/** DescribeExecution. */
export function describeExecution(request: JsonObject, context: ApiContext): object {
  const record = context.execution(requiredArn(request, 'executionArn'));
  const status = statusOf(record);
  return {
    ...described(record, includesData(request)),
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: `Execution is ${status} and cannot be redriven`,
  };
}

/** ListExecutions, the newest first. */
export function listExecutions(request: JsonObject, context: ApiContext): object {
  if (request['mapRunArn'] !== undefined) {
    throw new AwsError('ValidationException', 'Map Runs are not run here; list by stateMachineArn.');
  }
  const machine = context.machine(requiredArn(request, 'stateMachineArn'));
  if (machine.type === 'EXPRESS') throw typeNotSupported();
  const status = optionalEnum(request, 'statusFilter', STATUSES);
  const page = pageRequest(request, machine.arn);
  const records = context.executions.list(machine, page.after ?? Number.POSITIVE_INFINITY, status);
  const { items, ...next } = pageOf(records, page, machine.arn, ({ sequence }) => sequence);
  return { executions: items.map((record) => ({ ...summary(record), redriveCount: 0 })), ...next };
}

/** StopExecution: an execution that has ended stays as it is. */
export function stopExecution(request: JsonObject, context: ApiContext): object {
  const { executionArn } = context.execution(requiredArn(request, 'executionArn'));
  const error = optionalText(request, 'error', { max: MAX_ERROR_LENGTH });
  const cause = optionalText(request, 'cause', { max: MAX_CAUSE_LENGTH });
  context.executions.stop(executionArn, error, cause);
  const { end } = context.execution(executionArn);
  if (end === undefined) throw new TypeError(`${executionArn} still runs.`);
  return { stopDate: epochSeconds(end.stopDateMs) };
}

function start(request: JsonObject, context: ApiContext): ExecutionRecord {
  return context.executions.start({
    machine: context.machine(requiredArn(request, 'stateMachineArn')),
    name: executionName(request),
    input: executionInput(request),
    traceHeader: optionalText(request, 'traceHeader', { max: MAX_TRACE_HEADER_LENGTH }),
  });
}

function includesData(request: JsonObject): boolean {
  return optionalEnum(request, 'includedData', INCLUDED_DATA) !== 'METADATA_ONLY';
}

function summary(record: ExecutionRecord): object {
  const { executionArn, stateMachineArn, name, startDateMs, end } = record;
  return {
    executionArn,
    stateMachineArn,
    name,
    status: statusOf(record),
    startDate: epochSeconds(startDateMs),
    ...(end === undefined ? {} : { stopDate: epochSeconds(end.stopDateMs) }),
  };
}

function described(record: ExecutionRecord, included: boolean): object {
  const { input, traceHeader, end } = record;
  return {
    ...summary(record),
    ...(included ? { input } : {}),
    inputDetails: { included },
    ...(traceHeader === undefined ? {} : { traceHeader }),
    ...(end === undefined ? {} : ending(end, included)),
  };
}

function ending({ output, error, cause }: NonNullable<ExecutionRecord['end']>, included: boolean): object {
  return {
    ...(output === undefined || !included ? {} : { output }),
    ...(output === undefined ? {} : { outputDetails: { included } }),
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
