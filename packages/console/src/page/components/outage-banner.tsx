import { useEffect, useRef } from 'preact/hooks';
import type { Problem } from '../../contract/problem.ts';
import { liveState } from '../api/live.ts';
import { isOutage, unanswered } from '../api/outage.ts';
import { defineMessages, useMessages } from '../i18n/locale.ts';
import { Button } from './button.tsx';
import { problemMessages } from './states.tsx';

const messages = defineMessages({
  en: {
    goes: 'What is shown may be out of date. This note goes once there are answers again.',
    retry: 'Try again',
  },
  ja: {
    goes: '表示が古い可能性があります。応答が戻ると、この通知は消えます。',
    retry: '再試行',
  },
});

const retryAll = (): void => {
  for (const { retry } of unanswered.value) retry();
};

/** Tells once, for all that is shown, that nothing answers or that credentials are not good, and what to do. */
export function OutageBanner() {
  const text = useMessages(messages);
  const { kinds } = useMessages(problemMessages);
  const live = liveState.value;
  const isLive = live === 'live';
  useEffect(() => {
    if (isLive) retryAll();
  }, [isLive]);
  const count = unanswered.value.length;
  const lastCount = useRef(count);
  useEffect(() => {
    // Where one has an answer again, others need not wait until it is their time.
    if (count < lastCount.current) retryAll();
    lastCount.current = count;
  }, [count]);
  // From one view to the next, nothing has been asked for yet: it stays for as long as nothing is heard.
  const before = useRef<Problem>();
  const isDeaf = live !== undefined && live !== 'live' && isOutage(live);
  const problem = unanswered.value[0]?.problem ?? (isDeaf ? before.current : undefined);
  before.current = problem;
  if (problem === undefined) return null;
  return (
    <div class="note note-bad outage" role="alert">
      <strong>{kinds[problem.kind]}</strong>
      <p>{problem.message}</p>
      <p>{text.goes}</p>
      <Button onClick={retryAll}>{text.retry}</Button>
    </div>
  );
}
