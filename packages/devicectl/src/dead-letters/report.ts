import type { DealOptions, Report } from '@device-lifecycle/operator/dead-letters/deal-with-selected.ts';
import type { Outcome } from '@device-lifecycle/operator/dead-letters/work-off.ts';
import { EXIT } from '@device-lifecycle/operator/errors.ts';
import { printable } from '@device-lifecycle/operator/output/printable.ts';
import type { CommandContext } from '../command.ts';
import { table } from '../output/table.ts';

const GOOD: ReadonlySet<Outcome['outcome']> = new Set(['sent', 'discarded', 'wouldBeSent']);

/** Prints it and resolves to the exit code. */
export function report({ values, terminal }: CommandContext, { outcomes, sawAll, inHand }: Report): number {
  const good = outcomes.filter(({ outcome }) => GOOD.has(outcome)).length;
  if (values.flag('json')) {
    terminal.out(printable(JSON.stringify({ outcomes, sawAll }, null, 2)));
  } else {
    const rows = outcomes.map(({ messageId, outcome, functionName, deviceId, detail }) => ({
      'message id': messageId,
      outcome,
      function: functionName,
      device: deviceId,
      detail: detail ?? '',
    }));
    const columns = ['message id', 'outcome', 'function', 'device', 'detail'];
    if (rows.length > 0) terminal.out(table(columns, rows, terminal.columns));
  }
  const rest = sawAll ? '' : ' The queue has more than was looked at: run it again.';
  terminal.error(`${summaryOf(outcomes, inHand)}.${rest}`);
  return good === outcomes.length ? EXIT.done : EXIT.partly;
}

function summaryOf(outcomes: readonly Outcome[], inHand: number): string {
  const counts = Object.entries(Object.groupBy(outcomes, ({ outcome }) => outcome));
  if (inHand === 0) return 'There are no dead letters';
  if (counts.length === 0) return `There is no such dead letter among ${inHand}`;
  return counts.map(([outcome, { length } = []]) => `${length} ${outcome}`).join(', ');
}

/** A line of progress; where nobody watches, one for every 100 letters. */
export function progressOf({ terminal }: CommandContext): DealOptions['onOutcome'] {
  return (_, count, total) => {
    terminal.status(`${count} of ${total}`);
    if (!terminal.isInteractive && count % 100 === 0) terminal.error(`${count} of ${total}`);
  };
}
