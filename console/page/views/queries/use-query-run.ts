import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../../contract/problem.ts';
import type { QueryLine, QueryResult } from '../../../contract/queries.ts';
import { linesOf, request } from '../../api/client.ts';
import { problemOf } from '../../api/use-resource.ts';

export interface QueryRun {
  readonly isRunning: boolean;
  readonly recordsScanned: number;
  readonly isStopped: boolean;
  readonly result?: QueryResult;
  readonly problem?: Problem;
}

const IDLE: QueryRun = { isRunning: false, recordsScanned: 0, isStopped: false };

/** Runs a query; stopping it, and leaving the view, has CloudWatch scan no more. */
export function useQueryRun() {
  const [run, setRun] = useState<QueryRun>(IDLE);
  const controller = useRef<AbortController>();
  useEffect(() => () => controller.current?.abort(), []);
  const start = async (path: string) => {
    controller.current?.abort();
    const mine = new AbortController();
    controller.current = mine;
    const { signal } = mine;
    const change = (part: Partial<QueryRun>) => {
      // One that was begun since has the word.
      if (controller.current === mine) setRun((before) => ({ ...before, ...part }));
    };
    setRun({ ...IDLE, isRunning: true });
    try {
      for await (const line of linesOf<QueryLine>(await request(path, { signal }))) {
        change('result' in line ? { result: line.result } : line);
      }
      change({ isRunning: false });
    } catch (error) {
      change({ isRunning: false, ...(signal.aborted ? { isStopped: true } : { problem: problemOf(error) }) });
    }
  };
  return { run, start, stop: () => controller.current?.abort() };
}
