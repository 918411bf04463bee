import { useEffect, useRef, useState } from 'preact/hooks';
import type {
  DealLine,
  DiscardRequest,
  LetterOutcome,
  RedriveRequest,
} from '../../../contract/dead-letters.ts';
import type { Problem } from '../../../contract/problem.ts';
import { linesOf, request } from '../../api/client.ts';
import { problemOf } from '../../api/use-resource.ts';

export type DealKind = 'redrive' | 'discard';

/** Letters that are being dealt with, or have been. */
export interface Deal {
  readonly done: number;
  readonly total: number;
  readonly outcomes: readonly LetterOutcome[];
  readonly warnings: readonly string[];
  readonly isRunning: boolean;
  readonly isStopped: boolean;
  /** Whether there were more than were looked at. */
  readonly isPartial: boolean;
  readonly problem?: Problem;
}

const BEGUN: Deal = {
  done: 0,
  total: 0,
  outcomes: [],
  warnings: [],
  isRunning: true,
  isStopped: false,
  isPartial: false,
};

/** Has letters dealt with, one after the other; leaving the view stops it after the letter at hand. */
export function useDeal(onEnd: () => void) {
  const [deal, setDeal] = useState<Deal>();
  const controller = useRef<AbortController>();
  const change = (part: Partial<Deal>) => setDeal((before) => ({ ...(before ?? BEGUN), ...part }));
  useEffect(() => () => controller.current?.abort(), []);
  const take = (line: DealLine) => {
    if ('warning' in line) {
      setDeal((before = BEGUN) => ({ ...before, warnings: [...before.warnings, line.warning] }));
    } else if ('end' in line) change({ isPartial: !line.end.sawAll });
    else {
      const { outcome, done, total } = line;
      setDeal((before = BEGUN) => ({ ...before, done, total, outcomes: [...before.outcomes, outcome] }));
    }
  };
  const start = async (kind: DealKind, body: RedriveRequest | DiscardRequest) => {
    controller.current = new AbortController();
    const { signal } = controller.current;
    setDeal(BEGUN);
    try {
      const response = await request(`/dead-letters/${kind}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal,
      });
      for await (const line of linesOf<DealLine>(response)) take(line);
      change({ isRunning: false });
    } catch (error) {
      change({ isRunning: false, ...(signal.aborted ? { isStopped: true } : { problem: problemOf(error) }) });
    }
    onEnd();
  };
  return {
    deal,
    start,
    stop: () => controller.current?.abort(),
    close: () => setDeal(undefined),
  };
}
