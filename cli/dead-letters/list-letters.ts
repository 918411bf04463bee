import type { CommandContext } from '../command.ts';
import { EXIT } from '../errors.ts';
import { printable } from '../output/printable.ts';
import { table } from '../output/table.ts';
import type { Stack } from '../stack.ts';
import { summarise } from './describe.ts';
import type { QueueCount } from './ports.ts';
import { withLetters } from './scan.ts';
import { readFilter, select } from './selection.ts';

type Queue = Parameters<typeof withLetters>[0];

export async function listLetters(context: CommandContext, stack: Stack, queue: Queue): Promise<number> {
  const { values, terminal, clock, signal } = context;
  const filter = readFilter(values);
  const count = await queue.count();
  const options = { stackName: stack.name, clock, signal, warn: terminal.error };
  const { summaries, sawAll } = await withLetters(queue, options, async ({ letters, sawAll }) => ({
    summaries: select(letters, { ...filter, ids: [] }, stack.name).map(({ letter, message }) =>
      summarise(letter, message, stack.name),
    ),
    sawAll,
  }));
  if (values.flag('json')) {
    const answer = { letters: summaries, sawAll, approximateCount: count };
    terminal.out(printable(JSON.stringify(answer, null, 2)));
    return EXIT.done;
  }
  if (summaries.length > 0) {
    const rows = summaries.map(
      ({ messageId, sentAt, kind, functionName, ruleName, deviceId, tries, error }) => ({
        'message id': messageId,
        'sent at': sentAt.replace(/\.\d+Z$/, 'Z'),
        kind,
        function: functionName ?? ruleName,
        device: deviceId,
        tries,
        error,
      }),
    );
    const columns = ['message id', 'sent at', 'kind', 'function', 'device', 'tries', 'error'];
    terminal.out(table(columns, rows, terminal.columns));
  }
  terminal.error(conclusion(summaries.length, sawAll, count, stack));
  return EXIT.done;
}

function conclusion(
  listed: number,
  sawAll: boolean,
  { visible, hidden }: QueueCount,
  { where }: Stack,
): string {
  const sentences = [`${listed} ${listed === 1 ? 'dead letter' : 'dead letters'} of ${where}.`];
  if (!sawAll) sentences.push(`There are more than were looked at, about ${visible} in all.`);
  if (hidden > 0) sentences.push(`About ${hidden} more in somebody's hands: look again in a minute.`);
  return sentences.join(' ');
}
