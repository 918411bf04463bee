import { useCallback, useState } from 'preact/hooks';
import type { Problem } from '../../contract/problem.ts';
import { problemOf } from './use-resource.ts';

/** Something that the operator does, and what came of it. */
export interface Action<A extends readonly unknown[], T> {
  /** Resolves to the result, or to nothing when it failed: `problem` says why. */
  run(...args: A): Promise<T | undefined>;
  readonly isRunning: boolean;
  readonly problem: Problem | undefined;
  readonly result: T | undefined;
  /** Forgets the last problem and result. */
  reset(): void;
}

interface State<T> {
  readonly isRunning: boolean;
  readonly problem?: Problem;
  readonly result?: T;
}

export function useAction<A extends readonly unknown[], T>(act: (...args: A) => Promise<T>): Action<A, T> {
  const [state, setState] = useState<State<T>>({ isRunning: false });
  const reset = useCallback(() => setState({ isRunning: false }), []);
  return {
    isRunning: state.isRunning,
    problem: state.problem,
    result: state.result,
    reset,
    async run(...args) {
      setState({ isRunning: true });
      try {
        const result = await act(...args);
        setState({ isRunning: false, result });
        return result;
      } catch (error) {
        setState({ isRunning: false, problem: problemOf(error) });
        return undefined;
      }
    },
  };
}
