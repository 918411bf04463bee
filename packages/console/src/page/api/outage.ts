import { signal } from '@preact/signals';
import { useContext, useEffect, useRef } from 'preact/hooks';
import type { Problem } from '../../contract/problem.ts';
import { SessionContext } from '../session.ts';

/** Something that is shown, and got no answer. */
interface Unanswered {
  readonly problem: Problem;
  retry(): void;
}

/** All that gets no answer for a reason that is the same for all: one banner tells of it. */
export const unanswered = signal<readonly Unanswered[]>([]);

/** Whether it is of the connection or of who asks, and not of what was asked for. */
export const isOutage = ({ kind }: Problem): boolean => kind === 'unreachable' || kind === 'credentials';

/**
 * Whether the banner tells of a problem, as long as the component has it; not where there is no banner yet.
 * `retry`: asks anew, where that does not happen by itself.
 */
export function useOutage(problem: Problem | undefined, retry?: () => void): boolean {
  const hasBanner = useContext(SessionContext) !== undefined;
  const told = hasBanner && problem !== undefined && isOutage(problem) ? problem : undefined;
  const newest = useRef(retry);
  newest.current = retry;
  useEffect(() => {
    if (told === undefined) return;
    const own: Unanswered = { problem: told, retry: () => newest.current?.() };
    unanswered.value = [...unanswered.value, own];
    return () => {
      unanswered.value = unanswered.value.filter((other) => other !== own);
    };
  }, [told?.kind, told?.message]);
  return told !== undefined;
}
