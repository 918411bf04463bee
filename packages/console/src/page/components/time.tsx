import { useEffect, useState } from 'preact/hooks';
import { formatDateTime, formatDuration } from '../i18n/format.ts';

const SECOND_MS = 1_000;

/** A moment, in the browser's time zone; UTC when it is pointed at. `at`: epoch milliseconds. */
export function Time({ at }: { readonly at: number }) {
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={iso}>
      {formatDateTime(at)}
    </time>
  );
}

/** The time, anew each second while the component is there. `aheadMs`: how much the stack's clock is ahead. */
export function useNow(aheadMs = 0): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  return now + aheadMs;
}

/** How long it is until then. `untilMs`: epoch milliseconds. */
export function Countdown({ untilMs, aheadMs = 0 }: { readonly untilMs: number; readonly aheadMs?: number }) {
  const now = useNow(aheadMs);
  return <span class="countdown">{formatDuration((untilMs - now) / SECOND_MS)}</span>;
}
