import { EXIT, NoStackError, UsageError } from '@device-lifecycle/operator/errors.ts';
import { noStack } from '@device-lifecycle/operator/explain.ts';
import { DESCRIPTIONS, slugOf } from '@device-lifecycle/operator/logs/descriptions.ts';
import type { LogQueries, LogRow, SavedQuery } from '@device-lifecycle/operator/logs/ports.ts';
import {
  endOfLogs,
  runSaved,
  type SavedAnswer,
  type Span,
} from '@device-lifecycle/operator/logs/run-saved.ts';
import { describeSaved, findSaved } from '@device-lifecycle/operator/logs/saved-queries.ts';
import { describeCause } from '@device-lifecycle/operator/output/cause.ts';
import { printable } from '@device-lifecycle/operator/output/printable.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { Command, CommandContext } from '../command.ts';
import { chartAsText } from '../logs/chart-text.ts';
import { PARAMETER_OPTIONS, readParameters } from '../logs/parameter-options.ts';
import { table } from '../output/table.ts';
import { readSince, readTime } from '../times.ts';

/** Of a cell for people: what failed may have a whole stack trace with it. */
const MAX_CELL_CHARACTERS = 100;
const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 10_000;
const DEFAULT_SINCE = '1h';

export const logsCommand: Command = {
  path: ['logs'],
  summary: 'Runs a saved query of the stack over its logs; without a query, lists them.',
  positionals: '[QUERY]',
  completes: Object.keys(DESCRIPTIONS).map(slugOf),
  options: {
    ...PARAMETER_OPTIONS,
    since: {
      type: 'string',
      value: 'TIME',
      description: `from then on: 30min, 3h, 7d or ISO 8601 (${DEFAULT_SINCE})`,
    },
    until: { type: 'string', value: 'TIME', description: 'until then: ISO 8601, or epoch seconds (now)' },
    limit: { type: 'string', value: 'N', description: `rows at the most (${DEFAULT_LIMIT})` },
  },
  examples: [
    ['npx devicectl logs', 'which queries there are'],
    ['npx devicectl logs life-of-a-device --device-id dev-1 --since 3h --local', 'all about one device'],
    ['npx devicectl logs rejections-by-code --since 7d --stage prod', 'a chart by the hour, and the rows'],
    [
      'npx devicectl logs "cost drivers" --since 2026-11-01 --until 2026-11-08 --json',
      'a week, for a script',
    ],
  ],
  async run(context) {
    const { withLogQueries } = await import('@device-lifecycle/operator/logs/queries.ts');
    return withLogQueries(context, (queries, stack) => queryLogs(context, queries, stack));
  },
};

export async function queryLogs(context: CommandContext, queries: LogQueries, stack: Stack): Promise<number> {
  const { positionals, values } = context;
  const span = readSpan(context, stack);
  const saved = await queries.saved();
  if (saved.length === 0) throw new NoStackError(noStack(stack, 'it has no saved queries'));
  if (positionals.length === 0) return listQueries(context, saved);
  const query = findSaved(saved, positionals.join(' '));
  const asked = { ...span, parameters: readParameters(values) };
  print(context, query, span, await runSaved(queries, query, asked, context));
  return EXIT.done;
}

function readSpan({ values, clock }: CommandContext, stack: Stack): Span {
  const now = clock.now();
  const limit = values.number('limit', { isWhole: true }) ?? DEFAULT_LIMIT;
  if (limit > MAX_LIMIT)
    throw new UsageError(`--limit ${limit} is too high: CloudWatch returns ${MAX_LIMIT} rows at the most.`);
  const until = values.text('until');
  const endTime = until === undefined ? endOfLogs(stack, now) : Math.ceil(readTime('until', until) / 1_000);
  const startTime = Math.floor(readSince('since', values.text('since') ?? DEFAULT_SINCE, now) / 1_000);
  if (startTime < endTime) return { startTime, endTime, limit };
  throw new UsageError('--since has to be before --until.');
}

function listQueries({ values, terminal }: CommandContext, saved: readonly SavedQuery[]): number {
  const queries = saved.map(describeSaved);
  if (values.flag('json')) terminal.out(printable(JSON.stringify({ queries }, null, 2)));
  else {
    const rows = queries.map(({ name, description, parameters }) => ({
      query: name,
      needs: parameters.map((option) => `--${option}`).join(' '),
      answers: description,
    }));
    terminal.out(table(['query', 'needs', 'answers'], rows, terminal.columns));
  }
  return EXIT.done;
}

function print(
  { values, terminal }: CommandContext,
  query: SavedQuery,
  { startTime, endTime }: Span,
  { rows, chart, ...answer }: SavedAnswer,
): void {
  const [since, until] = [startTime, endTime].map((epochSeconds) =>
    new Date(epochSeconds * 1_000).toISOString(),
  );
  if (values.flag('json')) {
    const json = { query: slugOf(query.name), ...answer, startTime: since, endTime: until, rows };
    terminal.out(printable(JSON.stringify(json, null, 2)));
    return;
  }
  if (chart !== undefined) terminal.out(`${chartAsText(chart, terminal.columns)}\n`);
  if (rows.length > 0) {
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    terminal.out(table(columns, rows.map(shorten), terminal.columns));
  }
  terminal.error(`${rows.length} ${rows.length === 1 ? 'row' : 'rows'} since ${since}.`);
}

/** Errors of functions are told by their message; --json has all of it. */
const shorten = (row: LogRow): LogRow =>
  Object.fromEntries(
    Object.entries(row).map(([name, text]) => {
      const told = text.startsWith('{"errorType"') ? describeCause(text) : text;
      const isLong = told.length > MAX_CELL_CHARACTERS && !told.startsWith('arn:');
      return [name, isLong ? `${told.slice(0, MAX_CELL_CHARACTERS - 1)}…` : told];
    }),
  );
