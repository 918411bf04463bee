import type { DeadLetterQueue } from './ports.ts';
import { assertFound, type LetterOptions } from './read-letters.ts';
import { type HeldLetter, type Scan, withLetters } from './scan.ts';
import { type Selection, select } from './selection.ts';
import type { Outcome } from './work-off.ts';

/** What became of letters, and what of the queue was not looked at. */
export interface Report {
  readonly outcomes: readonly Outcome[];
  readonly sawAll: boolean;
  /** How many letters there were to select from. */
  readonly inHand: number;
}

/** Of whoever has letters dealt with. */
export interface DealOptions extends LetterOptions {
  /** Hears of each letter as it is dealt with. `done` of `total`: letters. */
  onOutcome(outcome: Outcome, done: number, total: number): void;
}

interface Selected {
  readonly queue: DeadLetterQueue;
  readonly stackName: string;
  readonly selection: Selection;
  readonly options: LetterOptions;
}

/** Takes the letters of a selection into our hands and has them dealt with. @throws CliError for ids that are not found */
export function dealWithSelected(
  { queue, stackName, selection, options: { clock, signal, warn } }: Selected,
  deal: (letters: readonly HeldLetter[], scan: Scan) => Promise<readonly Outcome[]>,
): Promise<Report> {
  const { ids } = selection;
  const options = { stackName, clock, signal, warn, ...(ids.length > 0 && { ids }) };
  return withLetters(queue, options, async (scan) => {
    const letters = select(scan.letters, selection, stackName);
    assertFound(ids, letters, scan.sawAll);
    const inHand = scan.letters.length;
    const outcomes = await deal(letters, scan);
    return { outcomes, sawAll: scan.sawAll || ids.length > 0, inHand };
  });
}
