import type { HistoryEvent } from './history.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export type EndedStatus = Exclude<ExecutionStatus, 'RUNNING'>;

/** An execution as it is kept; payloads as JSON texts, times in milliseconds since the epoch. */
export interface ExecutionRecord {
  /** Grows with each execution of a store: the order that they started in. */
  readonly sequence: number;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
  readonly startDateMs: number;
  readonly traceHeader: string | undefined;
  readonly end: ExecutionEnd | undefined;
  readonly events: readonly HistoryEvent[];
}

export interface ExecutionEnd {
  readonly status: EndedStatus;
  readonly stopDateMs: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export type ExecutionStart = Omit<ExecutionRecord, 'sequence' | 'end' | 'events'>;

/** Keeps executions. One in memory is here; one on disk can take its place. */
export interface ExecutionStore {
  open(start: ExecutionStart): ExecutionRecord;
  appendEvent(executionArn: string, event: HistoryEvent): void;
  finish(executionArn: string, end: ExecutionEnd): void;
  get(executionArn: string): ExecutionRecord | undefined;
  /** A machine's executions, the newest first, of those that started before `sequence`. */
  list(stateMachineArn: string, beforeSequence: number): Iterable<ExecutionRecord>;
  remove(executionArn: string): void;
}

interface StoredExecution extends ExecutionRecord {
  end: ExecutionEnd | undefined;
  readonly events: HistoryEvent[];
}

/** Keeps executions as long as the process lives. */
export function createMemoryExecutionStore(): ExecutionStore {
  const executions = new Map<string, StoredExecution>();
  const byMachine = new Map<string, StoredExecution[]>();
  let lastSequence = 0;

  const stored = (executionArn: string): StoredExecution => {
    const execution = executions.get(executionArn);
    if (execution === undefined) throw new TypeError(`There is no execution ${executionArn}.`);
    return execution;
  };

  return {
    open(start) {
      lastSequence += 1;
      const execution: StoredExecution = { ...start, sequence: lastSequence, end: undefined, events: [] };
      executions.set(start.executionArn, execution);
      const siblings = byMachine.get(start.stateMachineArn);
      if (siblings === undefined) byMachine.set(start.stateMachineArn, [execution]);
      else siblings.push(execution);
      return execution;
    },
    appendEvent(executionArn, event) {
      stored(executionArn).events.push(event);
    },
    finish(executionArn, end) {
      stored(executionArn).end = end;
    },
    get: (executionArn) => executions.get(executionArn),
    *list(stateMachineArn, beforeSequence) {
      const siblings = byMachine.get(stateMachineArn) ?? [];
      for (let index = indexOf(siblings, beforeSequence) - 1; index >= 0; index -= 1) {
        const execution = siblings[index];
        if (execution !== undefined) yield execution;
      }
    },
    remove(executionArn) {
      const { stateMachineArn, sequence } = stored(executionArn);
      executions.delete(executionArn);
      const siblings = byMachine.get(stateMachineArn) ?? [];
      siblings.splice(indexOf(siblings, sequence), 1);
    },
  };
}

/** Where the first execution stands that did not start before `sequence`: they are in the order of their start. */
function indexOf(executions: readonly ExecutionRecord[], sequence: number): number {
  let [low, high] = [0, executions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((executions[middle]?.sequence ?? sequence) < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
