import { EXIT } from '@device-lifecycle/operator/errors.ts';
import { FAILED, NOT_RUN } from '@device-lifecycle/operator/fleet/outcome.ts';
import type { Run } from '@device-lifecycle/operator/fleet/ports.ts';
import { createTally, type Tally } from '@device-lifecycle/operator/fleet/tally.ts';
import { describeCause } from '@device-lifecycle/operator/output/cause.ts';
import { printable, printableLine } from '@device-lifecycle/operator/output/printable.ts';
import type { CommandContext } from '../command.ts';
import { duration } from '../progress.ts';
import { commandLine } from './options.ts';

export const count = (value: number): string => value.toLocaleString('en');
export const devices = (value: number): string => (value === 1 ? '1 device' : `${count(value)} devices`);

const WORDS: Readonly<Record<string, string>> = {
  decommissioned: 'decommissioned',
  alreadyDecommissioned: 'already decommissioned',
  wouldDecommission: 'would be decommissioned',
  restored: 'restored',
  alreadyActive: 'already active',
  wouldRestore: 'would be restored',
  [FAILED]: 'failed',
  [NOT_RUN]: 'not run',
};

/** How a run has ended. The JSON of it is a contract: see docs/operations.md. */
export interface Summary {
  readonly run: Run;
  readonly tally: Tally;
  readonly reportPath?: string;
  /** Where a device stands in the operator's file. */
  lineOf?(deviceId: string): number | undefined;
}

/** 0 when all is done, 4 when some of it is not, 1 when the run itself has failed or was stopped. */
export function exitCodeOf({ run, tally }: Pick<Summary, 'run' | 'tally'>): number {
  if (run.status !== 'SUCCEEDED') return EXIT.failed;
  return undone(tally) === 0 ? EXIT.done : EXIT.partly;
}

const undone = ({ outcomes }: Tally): number => (outcomes[FAILED] ?? 0) + (outcomes[NOT_RUN] ?? 0);

function summaryAsJson({ run, tally, reportPath }: Summary): object {
  const { executionArn, name, status, startedAtMs, endedAtMs, error, cause } = run;
  return {
    execution: name,
    executionArn,
    status,
    startedAt: new Date(startedAtMs).toISOString(),
    ...(endedAtMs !== undefined && { endedAt: new Date(endedAtMs).toISOString() }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...tally,
    ...(reportPath !== undefined && { report: reportPath }),
  };
}

/** `1,000 decommissioned`, a line each, and what failed with examples. */
export function describeTally({ outcomes, failures }: Tally, lineOf?: Summary['lineOf']): string {
  const counts = Object.entries(outcomes).map(
    ([outcome, number]) => [count(number), WORDS[outcome] ?? outcome] as const,
  );
  const width = Math.max(0, ...counts.map(([number]) => number.length));
  const lines = counts.map(([number, words]) => `${number.padStart(width)} ${printableLine(words)}`);
  for (const { error, count: number, retryable, examples } of failures) {
    lines.push(`${' '.repeat(width)}   ${count(number)} ${error}${retryable ? ', can be retried' : ''}`);
    for (const { deviceId, message } of examples) {
      const line = lineOf?.(deviceId);
      const where = line === undefined ? deviceId : `line ${count(line)}, ${deviceId}`;
      lines.push(`${' '.repeat(width)}     ${where}${message === undefined ? '' : `: ${message}`}`);
    }
  }
  return lines.map(printableLine).join('\n');
}

/** Prints how a run has ended and what can be done next. */
export function printSummary(context: Pick<CommandContext, 'values' | 'terminal'>, summary: Summary): void {
  const { values, terminal } = context;
  if (values.flag('json')) {
    terminal.out(printable(JSON.stringify(summaryAsJson(summary), null, 2)));
    return;
  }
  if (summary.reportPath !== undefined) terminal.out(describeTally(summary.tally, summary.lineOf));
  terminal.error(printable(conclusion(summary)));
  for (const hint of hints(context, summary)) terminal.error(printable(hint));
}

function conclusion({ run, reportPath }: Summary): string {
  const { name, status, startedAtMs, endedAtMs, error, cause } = run;
  const took = endedAtMs === undefined ? '' : ` after ${duration((endedAtMs - startedAtMs) / 1_000)}`;
  const why = [error, ...(cause === undefined ? [] : [describeCause(cause)])].join(': ');
  const ended = `The run ${name} has ended${took}: ${status}${why === '' ? '' : ` (${why})`}.`;
  return `${ended} ${reportPath === undefined ? 'It had not begun with its devices.' : `The report is ${reportPath}.`}`;
}

function hints({ values }: Pick<CommandContext, 'values'>, { run, tally, reportPath }: Summary): string[] {
  if (reportPath === undefined) return [];
  const said: string[] = [];
  const canRetry = tally.failures.some(({ retryable }) => retryable) || (tally.outcomes[NOT_RUN] ?? 0) > 0;
  if (run.input['dryRun'] === true) return said;
  if (canRetry)
    said.push(`Those that can succeed again: ${commandLine(values, 'fleet', 'retry', reportPath)}`);
  if ((tally.outcomes['decommissioned'] ?? 0) > 0) {
    said.push(`Back, while their retention lasts: ${commandLine(values, 'fleet', 'restore', reportPath)}`);
  }
  return said;
}

/** Of a report that leaves nothing to do: no run is started. */
export function printNothing(
  { values, terminal }: Pick<CommandContext, 'values' | 'terminal'>,
  sentence: string,
): void {
  if (values.flag('json')) terminal.out(JSON.stringify(createTally().result(), null, 2));
  terminal.error(sentence);
}

/** After Ctrl-C. */
export function printDetached(
  { values, terminal }: Pick<CommandContext, 'values' | 'terminal'>,
  { name, executionArn }: Pick<Run, 'name' | 'executionArn'>,
): number {
  if (values.flag('json')) {
    terminal.out(
      JSON.stringify({ execution: name, executionArn, status: 'RUNNING', detached: true }, null, 2),
    );
  }
  terminal.error(`The run ${name} goes on.`);
  terminal.error(`Watch it, from anywhere: ${commandLine(values, 'fleet', 'watch', name)}`);
  terminal.error(`Stop it: ${commandLine(values, 'fleet', 'stop', name)}`);
  return EXIT.interrupted;
}
