import type { CommandContext } from '../command.ts';
import { planRedrive } from './plan-redrive.ts';
import type { DeadLetterQueue } from './ports.ts';
import { redrive } from './redrive.ts';
import { assertFound, progressOf, report } from './report.ts';
import { type HeldLetter, withLetters } from './scan.ts';
import { readSelection, select } from './selection.ts';
import { targetOf } from './target.ts';
import type { DeadLetterTools } from './with-dead-letters.ts';
import { type Outcome, workOff } from './work-off.ts';

const DEFAULT_RATE = 10;

export async function redriveLetters(
  context: CommandContext,
  queue: DeadLetterQueue,
  tools: DeadLetterTools,
): Promise<number> {
  const { values, positionals, terminal, clock, signal } = context;
  const stackName = tools.stack.name;
  const selection = readSelection(values, positionals);
  const rate = values.number('rate') ?? DEFAULT_RATE;
  const options = {
    stackName,
    clock,
    signal,
    warn: terminal.error,
    ...(selection.ids.length > 0 && { ids: selection.ids }),
  };
  return withLetters(queue, options, async (scan) => {
    const letters = select(scan.letters, selection, stackName);
    assertFound(selection.ids, letters, scan.sawAll);
    const sawAll = scan.sawAll || selection.ids.length > 0;
    const inHand = scan.letters.length;
    if (values.flag('dry-run')) {
      return report(context, { outcomes: letters.map(dryRun(stackName)), sawAll, inHand });
    }
    const outcomes = await workOff(letters, {
      queue,
      scan,
      stackName,
      clock,
      signal,
      rate,
      done: 'sent',
      act: (letter) => redrive(letter, tools, stackName),
      progress: progressOf(context, letters.length),
    });
    return report(context, { outcomes, sawAll, inHand });
  });
}

const dryRun =
  (stackName: string) =>
  ({ letter, message }: HeldLetter): Outcome => {
    const plan = planRedrive(letter, message, stackName);
    const functionName = targetOf(letter, stackName);
    const detail = plan.action === 'none' ? plan.why : plan.notes.join(' ');
    return {
      messageId: message.messageId,
      outcome: plan.action === 'none' ? 'kept' : 'wouldBeSent',
      ...(functionName !== undefined && { functionName }),
      ...(letter.deviceId !== undefined && { deviceId: letter.deviceId }),
      ...(detail !== '' && { detail }),
    };
  };
