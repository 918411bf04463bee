import type { Command, CommandContext } from '../../command.ts';
import { targetOf } from '../../dead-letters/describe.ts';
import { planRedrive } from '../../dead-letters/plan-redrive.ts';
import type { DeadLetterQueue } from '../../dead-letters/ports.ts';
import { redrive } from '../../dead-letters/redrive.ts';
import { type HeldLetter, withLetters } from '../../dead-letters/scan.ts';
import { readSelection, SELECTION_OPTIONS, select } from '../../dead-letters/selection.ts';
import type { DeadLetterTools } from '../../dead-letters/with-dead-letters.ts';
import { type Outcome, workOff } from '../../dead-letters/work-off.ts';
import { assertFound, progressOf, report } from './report.ts';

const DEFAULT_RATE = 10;

export const redriveCommand: Command = {
  path: ['dead-letters', 'redrive'],
  summary:
    'Sends dead letters again, the oldest first; each leaves the queue once its target has accepted it.',
  positionals: '[ID …]',
  options: {
    ...SELECTION_OPTIONS,
    rate: { type: 'string', value: 'N', description: `letters a second (${DEFAULT_RATE})` },
    'dry-run': { type: 'boolean', description: 'says what would be sent, and sends nothing' },
  },
  examples: [
    ['npx devicectl dead-letters redrive 5a2f1f3c-…', 'one, by its message id from the list'],
    ['npx devicectl dead-letters redrive --all --dry-run', 'what would be sent'],
    [
      'npx devicectl dead-letters redrive --all --function register-device --rate 2',
      'all of one function, slowly',
    ],
  ],
  async run(context) {
    const { withDeadLetters } = await import('../../dead-letters/with-dead-letters.ts');
    return withDeadLetters(context, (queue, tools) => redriveLetters(context, queue, tools));
  },
};

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
