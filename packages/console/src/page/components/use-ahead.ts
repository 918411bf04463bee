import { useEffect, useState } from 'preact/hooks';

/** How much the stack's clock is ahead of the browser's. `nowMs`: of the last answer that says it, epoch milliseconds. */
export function useAhead(nowMs: number | undefined): number {
  const [aheadMs, setAhead] = useState(0);
  useEffect(() => {
    if (nowMs !== undefined) setAhead(nowMs - Date.now());
  }, [nowMs]);
  return aheadMs;
}
