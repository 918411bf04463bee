import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Census, CensusLine, CensusState } from '../../../contract/overview.ts';
import type { Problem } from '../../../contract/problem.ts';
import { linesOf, request } from '../../api/client.ts';
import { problemOf, type Resource, useResource } from '../../api/use-resource.ts';
import { useSession } from '../../session.ts';
import { PACES } from './paces.ts';

interface Counting {
  readonly progress?: { readonly done: number; readonly total: number };
  readonly problem?: Problem;
}

/** What was counted, and the counting. */
export interface CensusUse {
  readonly state: Resource<CensusState>;
  readonly census: Census | undefined;
  readonly isCounting: boolean;
  readonly progress: { readonly done: number; readonly total: number } | undefined;
  /** Why the last counting came to nothing. */
  readonly problem: Problem | undefined;
  count(): void;
  stop(): void;
}

/** The census of the fleet; it is taken by itself where that is cheap, as long as it does not fail. */
export function useCensus(): CensusUse {
  const { pollMs } = useSession();
  const state = useResource<CensusState>('/overview/census', { everyMs: pollMs * PACES.light });
  const [counting, setCounting] = useState<Counting>({});
  const controller = useRef<AbortController>();
  const reload = useRef(state.reload);
  reload.current = state.reload;
  const stop = useCallback(() => {
    controller.current?.abort();
    controller.current = undefined;
    setCounting({});
  }, []);
  const count = useCallback(() => {
    if (controller.current !== undefined) return;
    const started = new AbortController();
    controller.current = started;
    setCounting({ progress: { done: 0, total: 0 } });
    void follow(started.signal, (progress) => setCounting({ progress })).then((problem) => {
      if (started.signal.aborted) return;
      controller.current = undefined;
      setCounting(problem === undefined ? {} : { problem });
      reload.current();
    });
  }, []);
  const isDue = state.data?.isDue === true && counting.problem === undefined;
  useEffect(() => {
    if (isDue) count();
  }, [isDue, state.data]);
  useEffect(() => () => controller.current?.abort(), []);
  const { progress, problem } = counting;
  return {
    state,
    census: state.data?.census,
    isCounting: progress !== undefined,
    progress,
    problem,
    count,
    stop,
  };
}

/** Resolves to what went wrong, if anything did. */
async function follow(
  signal: AbortSignal,
  onProgress: (progress: { readonly done: number; readonly total: number }) => void,
): Promise<Problem | undefined> {
  try {
    for await (const line of linesOf<CensusLine>(await request('/overview/census/count', { signal }))) {
      if ('progress' in line && !signal.aborted) onProgress(line.progress);
    }
    return undefined;
  } catch (error) {
    return problemOf(error);
  }
}
