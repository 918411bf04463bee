import type {
  DealLine,
  DiscardRequest,
  LetterOutcome,
  RedriveRequest,
} from '../../../contract/dead-letters.ts';
import { type FoldedStream, useFoldedStream } from '../../api/use-stream.ts';

export type DealKind = 'redrive' | 'discard';

/** What has become of letters. */
interface Dealt {
  readonly done: number;
  readonly total: number;
  readonly outcomes: readonly LetterOutcome[];
  readonly warnings: readonly string[];
  /** Whether there were more than were looked at. */
  readonly isPartial: boolean;
}

/** Letters that are being dealt with, or have been. */
export type Deal = Dealt & Pick<FoldedStream<Dealt>, 'isRunning' | 'isStopped' | 'problem'>;

const NOTHING: Dealt = { done: 0, total: 0, outcomes: [], warnings: [], isPartial: false };

function add(before: Dealt, line: DealLine): Dealt {
  if ('warning' in line) return { ...before, warnings: [...before.warnings, line.warning] };
  if ('end' in line) return { ...before, isPartial: !line.end.sawAll };
  const { outcome, done, total } = line;
  return { ...before, done, total, outcomes: [...before.outcomes, outcome] };
}

/** Has letters dealt with, one after the other; leaving the view stops it after the letter at hand. */
export function useDeal(onEnd: () => void) {
  const { folded, isRunning, isStopped, problem, run, stop, reset } = useFoldedStream(NOTHING, add);
  const hasBegun = isRunning || isStopped || problem !== undefined || folded !== NOTHING;
  return {
    deal: hasBegun ? { ...folded, isRunning, isStopped, problem } : undefined,
    async start(kind: DealKind, body: RedriveRequest | DiscardRequest) {
      await run(`/dead-letters/${kind}`, body);
      onEnd();
    },
    stop,
    close: reset,
  };
}
