import type { CensusPlan } from '../../../contract/overview.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { useNow } from '../../components/time.tsx';
import { formatBytes, formatDuration, formatNumber, formatUsd } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useSession } from '../../session.ts';
import type { CensusUse } from './use-census.ts';

const messages = defineMessages({
  en: {
    count: 'Count the devices',
    again: 'Count again',
    stop: 'Stop',
    counting: 'Counting',
    of: (done: string, total: string) => `${done} of about ${total} items`,
    plan: (items: string, bytes: string, usd: string) =>
      `The fleet has not been counted. That reads about ${items} items (${bytes}) of DynamoDB, slowly enough not to disturb it, and costs about ${usd}.`,
    planAgain: (items: string, bytes: string, usd: string) => `Reads about ${items} items (${bytes}), ${usd}`,
    counted: (ago: string) => `Counted ${ago} ago`,
    followed: ', and what happened since is counted too.',
    notFollowed: '; what happened since is not counted.',
    approximate:
      'Some devices moved in a way that only counting again tells exactly, such as a restore: numbers are about right.',
  },
  ja: {
    count: 'デバイスを数える',
    again: 'もう一度数える',
    stop: '停止',
    counting: '集計中',
    of: (done, total) => `約 ${total} 項目中 ${done} 項目`,
    plan: (items, bytes, usd) =>
      `フリートはまだ集計されていません。DynamoDB の約 ${items} 項目（${bytes}）を負荷を抑えて読み取ります。費用は約 ${usd} です。`,
    planAgain: (items, bytes, usd) => `約 ${items} 項目（${bytes}）を読み取ります。${usd}`,
    counted: (ago) => `${ago}前に集計`,
    followed: 'し、その後の変化も反映しています。',
    notFollowed: 'しました。その後の変化は反映されていません。',
    approximate: '復元など、数え直さないと正確にわからない変化がありました。数値はおおよそです。',
  },
});

/** How the numbers have come about, and a way to have them anew. What the laptop does by itself it need not tell. */
export function CensusStatus({ use }: { readonly use: CensusUse }) {
  const { isLocal } = useSession();
  const { census, state, progress, problem, count, stop } = use;
  if (problem !== undefined) return <ProblemNote problem={problem} onRetry={count} />;
  const plan = state.data?.plan;
  if (plan === undefined) return null;
  if (progress !== undefined && (census === undefined || !isLocal)) {
    return <Progress {...progress} stop={stop} />;
  }
  if (census === undefined) return state.data?.isDue === true ? null : <Offer plan={plan} count={count} />;
  return isLocal ? null : <Taken use={use} plan={plan} />;
}

function Progress({ done, total, stop }: { done: number; total: number; stop: () => void }) {
  const text = useMessages(messages);
  return (
    <div class="census">
      <span>
        {text.counting}: {text.of(formatNumber(done), formatNumber(total))}
      </span>
      <progress class="progress" aria-label={text.counting} value={done} max={Math.max(total, 1)} />
      <Button onClick={stop}>{text.stop}</Button>
    </div>
  );
}

function Offer({ plan: { items, bytes, usd }, count }: { plan: CensusPlan; count: () => void }) {
  const text = useMessages(messages);
  return (
    <div class="note note-info">
      <p>{text.plan(formatNumber(items), formatBytes(bytes), formatUsd(usd))}</p>
      <Button tone="primary" onClick={count}>
        {text.count}
      </Button>
    </div>
  );
}

function Taken({ use: { census, count }, plan }: { readonly use: CensusUse; readonly plan: CensusPlan }) {
  const text = useMessages(messages);
  const now = useNow();
  if (census === undefined) return null;
  const { items, bytes, usd } = plan;
  return (
    <div class="census">
      <span class="quiet">
        {text.counted(formatDuration((now - census.countedAtMs) / 1_000))}
        {census.isFollowed ? text.followed : text.notFollowed}
        {census.isApproximate && ` ${text.approximate}`}
      </span>
      <Button onClick={count} title={text.planAgain(formatNumber(items), formatBytes(bytes), formatUsd(usd))}>
        {text.again}
      </Button>
    </div>
  );
}
