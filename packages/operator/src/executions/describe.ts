import type { Stack } from '../stack.ts';
import { failureOf } from './failure.ts';
import { machineOf } from './find.ts';
import type { HistorySummary, StateVisit } from './history.ts';
import type { ExecutionState, MapRunState } from './ports.ts';

interface Span {
  readonly startedAt: string;
  readonly stoppedAt?: string;
  readonly durationSeconds?: number;
}

export interface StateDescription {
  readonly name: string;
  readonly type: string;
  readonly enteredAt: string;
  readonly exitedAt?: string;
  readonly durationSeconds?: number;
  /** Tries that failed; absent without. */
  readonly failures?: number;
  /** Of the last of them. */
  readonly error?: string;
}

export type MapRunDescription = Omit<MapRunState, 'startedAt' | 'stoppedAt'> & Span;

/** What `executions show --json` prints. A contract: see docs/operations.md. Times are ISO 8601. */
export interface ExecutionDescription extends Span {
  readonly executionArn: string;
  readonly machine: string;
  readonly name: string;
  readonly status: string;
  readonly redriveCount?: number;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error?: string;
  readonly message?: string;
  readonly states: readonly StateDescription[];
  readonly mapRuns: readonly MapRunDescription[];
}

export function describeExecution(
  execution: ExecutionState,
  { states }: HistorySummary,
  mapRuns: readonly MapRunState[],
  stack: Stack,
): ExecutionDescription {
  const { executionArn, name, status, input, output, redriveCount } = execution;
  const hasFailed = status !== 'RUNNING' && status !== 'SUCCEEDED' && status !== 'PENDING_REDRIVE';
  const failure = hasFailed ? failureOf(execution) : undefined;
  return {
    executionArn,
    machine: machineOf(executionArn, stack),
    name,
    status,
    ...spanOf(execution),
    ...(redriveCount !== undefined && { redriveCount }),
    ...(input !== undefined && { input: parsed(input) }),
    ...(output !== undefined && { output: parsed(output) }),
    ...(failure !== undefined && { error: failure.error, message: failure.message }),
    states: states.map(describeState),
    mapRuns: mapRuns.map(({ startedAt, stoppedAt, ...others }) => ({
      ...others,
      ...spanOf({ startedAt, ...(stoppedAt !== undefined && { stoppedAt }) }),
    })),
  };
}

const iso = (epochMs: number): string => new Date(epochMs).toISOString();

/** Times as JSON has them. */
export function spanOf({ startedAt, stoppedAt }: Pick<ExecutionState, 'startedAt' | 'stoppedAt'>): Span {
  if (stoppedAt === undefined) return { startedAt: iso(startedAt) };
  return {
    startedAt: iso(startedAt),
    stoppedAt: iso(stoppedAt),
    durationSeconds: secondsOf(startedAt, stoppedAt),
  };
}

/** Of two times of the same clock, or of AWS's and ours, which may be a little apart. */
export const secondsOf = (startedAt: number, stoppedAt: number): number =>
  Math.max(0, stoppedAt - startedAt) / 1_000;

function describeState({ name, type, enteredAt, exitedAt, failures, error }: StateVisit): StateDescription {
  return {
    name,
    type,
    enteredAt: iso(enteredAt),
    ...(exitedAt !== undefined && {
      exitedAt: iso(exitedAt),
      durationSeconds: (exitedAt - enteredAt) / 1_000,
    }),
    ...(failures > 0 && { failures }),
    ...(error !== undefined && { error }),
  };
}

/** AWS cuts long ones, which are no JSON then. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
