import { type DealOptions, dealWithSelected, type Report } from './deal-with-selected.ts';
import { planRedrive } from './plan-redrive.ts';
import type { DeadLetterQueue } from './ports.ts';
import { redrive } from './redrive.ts';
import type { HeldLetter } from './scan.ts';
import type { Selection } from './selection.ts';
import { targetOf } from './target.ts';
import type { DeadLetterTools } from './with-dead-letters.ts';
import { type Outcome, workOff } from './work-off.ts';

export const DEFAULT_RATE = 10;

interface RedriveOptions extends DealOptions {
  /** Letters a second. */
  readonly rate: number;
  /** Says what would be sent, and sends nothing. */
  readonly dryRun?: boolean;
}

/** Sends the letters of a selection again, the oldest first. @throws CliError for ids that are not found */
export function redriveSelected(
  queue: DeadLetterQueue,
  tools: DeadLetterTools,
  selection: Selection,
  options: RedriveOptions,
): Promise<Report> {
  const stackName = tools.stack.name;
  const { clock, signal, rate, onOutcome } = options;
  return dealWithSelected({ queue, stackName, selection, options }, async (letters, scan) => {
    if (options.dryRun === true) return letters.map(dryRun(stackName));
    const act = (letter: HeldLetter) => redrive(letter, tools, stackName);
    return workOff(letters, { queue, scan, stackName, clock, signal, rate, done: 'sent', act, onOutcome });
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
