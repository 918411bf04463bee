import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../contract/problem.ts';
import { linesOf, request } from './client.ts';
import { problemOf } from './use-resource.ts';

/** An answer that comes in lines. */
export interface Stream<L> {
  /** The last line that has come. */
  readonly line: L | undefined;
  readonly isRunning: boolean;
  readonly problem: Problem | undefined;
  /** Asks for it, and ends what was asked before. `body`: of a POST, as JSON. Resolves to the last line, if all has come. */
  run(path: string, body?: object): Promise<L | undefined>;
  /** Ends it, and forgets what has come. */
  reset(): void;
}

interface State<L> {
  readonly line?: L;
  readonly isRunning: boolean;
  readonly problem?: Problem;
}

/** Follows an answer that comes in lines, until the component goes. */
export function useStream<L>(): Stream<L> {
  const [state, setState] = useState<State<L>>({ isRunning: false });
  const controller = useRef<AbortController>();
  const reset = useCallback(() => {
    controller.current?.abort();
    setState({ isRunning: false });
  }, []);
  const run = useCallback(async (path: string, body?: object): Promise<L | undefined> => {
    controller.current?.abort();
    const current = new AbortController();
    controller.current = current;
    const { signal } = current;
    let last: L | undefined;
    setState({ isRunning: true });
    try {
      for await (const line of linesOf<L>(await request(path, { signal, ...postOf(body) }))) {
        last = line;
        setState({ line, isRunning: true });
      }
      setState((before) => ({ ...before, isRunning: false }));
      return last;
    } catch (error) {
      if (!signal.aborted) setState({ isRunning: false, problem: problemOf(error) });
      return undefined;
    }
  }, []);
  useEffect(() => () => controller.current?.abort(), []);
  return { line: state.line, isRunning: state.isRunning, problem: state.problem, run, reset };
}

const postOf = (body: object | undefined): RequestInit =>
  body === undefined
    ? {}
    : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
