import type { Database, Row } from '../data/database.ts';
import type { ExecutionEnd, ExecutionRecord, ExecutionStore, Redrive } from './execution-store.ts';
import { makeExecutionTables, prepareExecutionStatements } from './execution-tables.ts';
import type { HistoryEvent } from './history.ts';
import { KeptDefinitions } from './kept-definitions.ts';
import { KeptMapRuns } from './kept-map-runs.ts';
import type { Checkpoint } from './progress.ts';
import type { InterruptedExecution } from './resume-executions.ts';

export interface DiskExecutionStoreOptions {
  readonly database: Database;
  /** Executions that ended before are forgotten, and Express ones that did not; epoch milliseconds. */
  readonly forgetBeforeMs: number;
}

/** Executions in a database. Records are as they were when they were asked for. */
export interface DiskExecutionStore extends ExecutionStore {
  /** Those that an earlier runtime has left running, in the order of their start. */
  readonly interrupted: readonly InterruptedExecution[];
  /** Writes what waits for more. */
  close(): void;
}

/** How many of a list are read at once. */
const PAGE = 100;

/** Keeps executions, their histories and their map runs in the runtime's database. */
export function createDiskExecutionStore(options: DiskExecutionStoreOptions): DiskExecutionStore {
  const { database, forgetBeforeMs } = options;
  makeExecutionTables(database);
  const statements = prepareExecutionStatements(database);
  const write = database.write.bind(database);
  const definitions = new KeptDefinitions(database);
  const mapRuns = new KeptMapRuns(database);

  function get(executionArn: string): ExecutionRecord | undefined {
    const row = statements.get.get(executionArn);
    return row === undefined ? undefined : recordOf(row, statements);
  }

  function remove(executionArn: string): void {
    mapRuns.removeOf(executionArn);
    for (const statement of statements.remove) write(statement, executionArn);
  }

  for (const { execution_arn: arn } of statements.forgotten.all(forgetBeforeMs)) remove(String(arn));

  return {
    interrupted: statements.running.all().map((row) => ({
      executionArn: String(row['execution_arn']),
      stateMachineArn: String(row['state_machine_arn']),
      definition: definitions.text(Number(row['definition_id'])),
    })),
    open(start) {
      const { executionArn, stateMachineArn, name, input, startDateMs, traceHeader = null } = start;
      const definitionId = definitions.idOf(start.definition);
      const values = [executionArn, stateMachineArn, name, input, startDateMs, traceHeader, definitionId];
      write(statements.open, ...values);
      const record = get(executionArn);
      if (record === undefined) throw new TypeError(`There is no execution ${executionArn}.`);
      return record;
    },
    appendEvent: (executionArn, event) =>
      write(statements.append, event.id, JSON.stringify(event), executionArn),
    checkpoint: (executionArn, checkpoint) =>
      write(statements.checkpoint, JSON.stringify(checkpoint), executionArn),
    finish: (executionArn, end) =>
      write(statements.finish, JSON.stringify(end), end.stopDateMs, executionArn),
    redrive: (executionArn, redrive) => write(statements.redrive, JSON.stringify(redrive), executionArn),
    get,
    definitionOf(executionArn) {
      const row = statements.definitionIdOf.get(executionArn);
      return row === undefined ? undefined : definitions.text(Number(row['definition_id']));
    },
    *list(stateMachineArn, beforeSequence) {
      // SQLite has no infinity among its integers.
      let before = Math.min(beforeSequence, Number.MAX_SAFE_INTEGER);
      for (;;) {
        const rows = statements.list.all(stateMachineArn, before, PAGE);
        for (const row of rows) yield recordOf(row, statements);
        if (rows.length < PAGE) return;
        before = Number(rows.at(-1)?.['sequence']);
      }
    },
    remove,
    putMapRun: (mapRun) => mapRuns.put(mapRun),
    getMapRun: (mapRunArn) => mapRuns.get(mapRunArn),
    mapRunsOf: (executionArn) => mapRuns.of(executionArn),
    mapRunArns: () => mapRuns.arns(),
    unfinishedMapRuns: () => mapRuns.unfinished(),
    close: () => mapRuns.flush(),
  };
}

/** Histories and checkpoints are read when they are asked for: few ask. */
function recordOf(row: Row, statements: ReturnType<typeof prepareExecutionStatements>): ExecutionRecord {
  const sequence = Number(row['sequence']);
  const traceHeader = row['trace_header'];
  let events: WeakRef<readonly HistoryEvent[]> | undefined;
  return {
    sequence,
    executionArn: String(row['execution_arn']),
    stateMachineArn: String(row['state_machine_arn']),
    name: String(row['name']),
    input: String(row['input']),
    startDateMs: Number(row['start_date_ms']),
    traceHeader: textOf(traceHeader),
    end: parse<ExecutionEnd>(row['end']),
    redrive: parse<Redrive>(row['redrive']),
    get events() {
      const known = events?.deref();
      if (known !== undefined) return known;
      const read = statements.events.all(sequence).map(({ event }) => JSON.parse(String(event)));
      events = new WeakRef(read);
      return read;
    },
    get checkpoint() {
      return parse<Checkpoint>(statements.checkpointOf.get(sequence)?.['checkpoint']);
    },
  };
}

function textOf(value: Row[string] | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

function parse<T>(text: Row[string] | undefined): T | undefined {
  return text === null || text === undefined ? undefined : (JSON.parse(String(text)) as T);
}
