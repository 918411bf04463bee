import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../contract/problem.ts';
import { linesOf, request } from './client.ts';
import { problemOf } from './use-resource.ts';

/** An answer that comes in lines, and what they come to. */
export interface FoldedStream<S> {
  /** Of the lines that have come. */
  readonly folded: S;
  readonly isRunning: boolean;
  /** Whether it was stopped before its end. */
  readonly isStopped: boolean;
  readonly problem: Problem | undefined;
  /** Asks for it, and ends what was asked before. `body`: of a POST, as JSON. Resolves to what came, if all has come. */
  run(path: string, body?: object): Promise<S | undefined>;
  /** Ends it; what has come stays. */
  stop(): void;
  /** Ends it, and forgets what has come. */
  reset(): void;
}

interface State<S> {
  readonly folded: S;
  readonly isRunning: boolean;
  readonly isStopped: boolean;
  readonly problem?: Problem;
}

/** Follows an answer that comes in lines, until the component goes. `fold`: the same one each time. */
export function useFoldedStream<L, S>(empty: S, fold: (before: S, line: L) => S): FoldedStream<S> {
  const idle: State<S> = { folded: empty, isRunning: false, isStopped: false };
  const [state, setState] = useState(idle);
  const controller = useRef<AbortController>();
  const stop = useCallback(() => controller.current?.abort(), []);
  const reset = useCallback(() => {
    controller.current?.abort();
    controller.current = undefined;
    setState(idle);
  }, []);
  const run = useCallback(async (path: string, body?: object): Promise<S | undefined> => {
    controller.current?.abort();
    const current = new AbortController();
    controller.current = current;
    const { signal } = current;
    let folded = empty;
    const change = (part: Partial<State<S>>) => {
      // One that was begun since, or a reset, has the word.
      if (controller.current === current) setState((before) => ({ ...before, ...part }));
    };
    setState({ ...idle, isRunning: true });
    try {
      for await (const line of linesOf<L>(await request(path, { signal, ...postOf(body) }))) {
        folded = fold(folded, line);
        change({ folded });
      }
      change({ isRunning: false });
      return folded;
    } catch (error) {
      change({ isRunning: false, ...(signal.aborted ? { isStopped: true } : { problem: problemOf(error) }) });
      return undefined;
    }
  }, []);
  useEffect(() => stop, []);
  return { ...state, problem: state.problem, run, stop, reset };
}

export interface Stream<L> extends Omit<FoldedStream<L | undefined>, 'folded'> {
  /** The last line that has come; none after a problem. */
  readonly line: L | undefined;
}

/** As `useFoldedStream`, of an answer whose last line says all. */
export function useStream<L>(): Stream<L> {
  const { folded, ...stream } = useFoldedStream<L, L | undefined>(undefined, (_, line) => line);
  return { ...stream, line: stream.problem === undefined ? folded : undefined };
}

const postOf = (body: object | undefined): RequestInit =>
  body === undefined
    ? {}
    : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
