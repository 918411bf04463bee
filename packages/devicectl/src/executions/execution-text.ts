import type {
  ExecutionDescription,
  MapRunDescription,
  StateDescription,
} from '@device-lifecycle/operator/executions/describe.ts';
import { printable, printableLine } from '@device-lifecycle/operator/output/printable.ts';
import { table } from '../output/table.ts';
import { took } from '../output/took.ts';

const WIDTH = 9;

/** For people; safe for terminals. */
export function executionAsText(described: ExecutionDescription, nowMs: number): string {
  const { executionArn, machine, name, status, startedAt, durationSeconds, error, message } = described;
  const seconds = durationSeconds ?? (nowMs - Date.parse(startedAt)) / 1_000;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['name', name],
    ['machine', machine],
    ['status', status],
    ['started', startedAt],
    [durationSeconds === undefined ? 'for' : 'took', took(seconds)],
    ['redriven', described.redriveCount === undefined ? undefined : `${described.redriveCount} times`],
    ['error', error === undefined ? undefined : `${error}: ${message}`],
    ['ARN', executionArn],
  ];
  const parts = [
    rows
      .filter(([, text]) => text !== undefined)
      .map(([label, text = '']) => `${label.padEnd(WIDTH)}  ${printableLine(text)}`)
      .join('\n'),
  ];
  if (described.input !== undefined) parts.push(`Input\n${pretty(described.input)}`);
  if (described.output !== undefined) parts.push(`Output\n${pretty(described.output)}`);
  if (described.states.length > 0) parts.push(statesAsText(described.states));
  parts.push(...described.mapRuns.map(mapRunAsText));
  return parts.join('\n\n');
}

const pretty = (value: unknown): string => printable(JSON.stringify(value, null, 2));

function statesAsText(states: readonly StateDescription[]): string {
  const rows = states.map(({ name, type, enteredAt, durationSeconds, failures, error }) => ({
    entered: enteredAt,
    state: name,
    type,
    took: durationSeconds === undefined ? undefined : took(durationSeconds),
    failures: failures === undefined ? '' : `${failures}${error === undefined ? '' : `, last ${error}`}`,
  }));
  return `States\n${table(['entered', 'state', 'type', 'took', 'failures'], rows)}`;
}

function mapRunAsText(mapRun: MapRunDescription): string {
  const { mapRunArn, status, items, executions, maxConcurrency } = mapRun;
  const lines = [
    ['status', status],
    ['items', counts(items)],
    ['children', counts(executions)],
    ['runs', `at most ${maxConcurrency === 0 ? 10_000 : maxConcurrency} at once`],
    ['tolerates', tolerance(mapRun)],
    ['ARN', mapRunArn],
  ] as const;
  return `Map run\n${lines.map(([label, text]) => `${label.padEnd(WIDTH)}  ${text}`).join('\n')}`;
}

/** Either of the two, whichever is set: zero is AWS's word for not. */
function tolerance({ toleratedFailurePercentage, toleratedFailureCount }: MapRunDescription): string {
  const parts = [
    ...(toleratedFailurePercentage > 0 ? [`${toleratedFailurePercentage} %`] : []),
    ...(toleratedFailureCount > 0 ? [toleratedFailureCount.toLocaleString('en')] : []),
  ];
  return parts.length === 0 ? 'no failure' : `failures of ${parts.join(', or ')}`;
}

/** Those that are not zero, the total first. */
function counts({ total = 0, ...others }: Readonly<Record<string, number>>): string {
  const parts = Object.entries(others).filter(([, count]) => count > 0);
  return [
    `${total.toLocaleString('en')} in all`,
    ...parts.map(([status, count]) => `${count.toLocaleString('en')} ${status}`),
  ].join(', ');
}
