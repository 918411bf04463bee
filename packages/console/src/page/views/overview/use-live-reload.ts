import { useCallback, useEffect, useRef } from 'preact/hooks';
import { useLifecycle } from '../../api/live.ts';

/** A fleet that moves is heard of all the time; what it moves need not be asked for as often. */
const LEAST_MS = 300;

/** Reloads at once when something happens to a device, and not more often than makes sense. */
export function useLiveReload(...resources: readonly { readonly reload: () => void }[]): void {
  const latest = useRef(resources);
  latest.current = resources;
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const last = useRef(0);
  const hear = useCallback(() => {
    timer.current ??= setTimeout(
      () => {
        timer.current = undefined;
        last.current = performance.now();
        for (const { reload } of latest.current) reload();
      },
      Math.max(0, last.current + LEAST_MS - performance.now()),
    );
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLifecycle(hear);
}
