import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../contract/problem.ts';
import { ApiProblem, get } from './client.ts';

/** Something of the server's. What was there stays while it is asked for again, and when that fails. */
export interface Resource<T> {
  readonly data: T | undefined;
  /** Of the last try. */
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  reload(): void;
}

interface ResourceOptions {
  /** Asks again and again, so long after each answer, while the tab is looked at. */
  readonly everyMs?: number | undefined;
}

interface State<T> {
  readonly path: string | undefined;
  readonly data?: T;
  readonly problem?: Problem | undefined;
  readonly isLoading: boolean;
}

/** What `GET /api{path}` answers; nothing is asked for without a path. */
export function useResource<T>(path: string | undefined, { everyMs }: ResourceOptions = {}): Resource<T> {
  const [state, setState] = useState<State<T>>({ path, isLoading: path !== undefined });
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  const everyRef = useRef(everyMs);
  everyRef.current = everyMs;
  useEffect(() => {
    if (path === undefined) return;
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async (): Promise<void> => {
      const problem = await get<T>(path, controller.signal).then(
        (data) => {
          if (!controller.signal.aborted) setState({ path, data, isLoading: false });
          return undefined;
        },
        (error: unknown) => problemOf(error),
      );
      if (controller.signal.aborted) return;
      if (problem !== undefined) {
        setState((before) => ({ ...(before.path === path ? before : { path }), problem, isLoading: false }));
      }
      if (everyRef.current !== undefined && problem?.kind !== 'token')
        timer = setTimeout(again, everyRef.current);
    };
    const again = () => {
      if (document.visibilityState === 'visible') void load();
      else document.addEventListener('visibilitychange', again, { once: true });
    };
    setState((before) => (before.path === path ? { ...before, isLoading: true } : { path, isLoading: true }));
    void load();
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, [path, round]);
  const current = state.path === path ? state : { path, isLoading: path !== undefined };
  return { data: current.data, problem: current.problem, isLoading: current.isLoading, reload };
}

/** What is told of an error: what the server said, or what went wrong in the page. */
export const problemOf = (error: unknown): Problem =>
  error instanceof ApiProblem
    ? { kind: error.kind, message: error.message }
    : { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
