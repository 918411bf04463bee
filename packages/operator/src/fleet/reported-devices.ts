import { UsageError } from '../errors.ts';
import { problemOf } from './device-id.ts';
import type { Line } from './lines.ts';
import type { ReportRow } from './read-report.ts';

/** The lines of a report that a command is about, and the run that it is of. */
export interface ReportedDevices {
  lines(): AsyncGenerator<Line>;
  /** Once the lines are read. Throws `UsageError` when they are of several runs. */
  execution(): string | undefined;
}

/** Selects lines of a report. */
export function selectDevices(
  rows: AsyncIterable<ReportRow>,
  isWanted: (row: ReportRow) => boolean,
): ReportedDevices {
  const executions = new Set<string>();
  return {
    async *lines() {
      for await (const row of rows) {
        if (!isWanted(row)) continue;
        if (row.execution !== undefined && executions.size < 2) executions.add(row.execution);
        const problem = problemOf(row.deviceId);
        const { line, deviceId } = row;
        yield problem === undefined ? { line, deviceId } : { line, problem };
      }
    },
    execution() {
      const [first, second] = executions;
      if (second === undefined) return first;
      throw new UsageError(
        `The report is of several runs (${first} and ${second}): take one report at a time.`,
      );
    },
  };
}
