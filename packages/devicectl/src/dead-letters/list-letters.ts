import type { QueueCount } from '@device-lifecycle/operator/dead-letters/ports.ts';
import { readLetters } from '@device-lifecycle/operator/dead-letters/read-letters.ts';
import { EXIT } from '@device-lifecycle/operator/errors.ts';
import { printable } from '@device-lifecycle/operator/output/printable.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { CommandContext } from '../command.ts';
import { table } from '../output/table.ts';
import { readFilter } from './options.ts';

type Queue = Parameters<typeof readLetters>[0];

export async function listLetters(context: CommandContext, stack: Stack, queue: Queue): Promise<number> {
  const { values, terminal, clock, signal } = context;
  const options = { clock, signal, warn: terminal.error };
  const list = await readLetters(queue, stack.name, readFilter(values), options);
  const { letters: summaries, sawAll, approximateCount } = list;
  if (values.flag('json')) {
    terminal.out(printable(JSON.stringify(list, null, 2)));
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
  terminal.error(conclusion(summaries.length, sawAll, approximateCount, stack));
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
