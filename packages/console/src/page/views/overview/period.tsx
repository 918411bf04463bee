import { type Scanned, SPANS, type Span } from '../../../contract/overview.ts';
import { get, pathOf } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { useNow } from '../../components/time.tsx';
import { formatBytes, formatDuration, formatUsd } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useSession } from '../../session.ts';

const messages = defineMessages({
  en: {
    period: 'Period',
    spans: { hour: 'last hour', day: 'last day', week: 'last week' } satisfies Record<Span, string> as Record<
      Span,
      string
    >,
    renew: 'Ask again',
    scanned: (ago: string, bytes: string, usd: string) => `Asked ${ago} ago; read ${bytes} of logs, ${usd}.`,
  },
  ja: {
    period: '期間',
    spans: { hour: '過去 1 時間', day: '過去 1 日', week: '過去 1 週間' },
    renew: '再取得',
    scanned: (ago, bytes, usd) => `${ago}前に取得。ログ ${bytes} を読み取り（${usd}）。`,
  },
});

interface PeriodSelectProps {
  /** Of the card that it belongs to. */
  readonly title: string;
  readonly span: Span;
  readonly onChange: (span: Span) => void;
}

export function PeriodSelect({ title, span, onChange }: PeriodSelectProps) {
  const text = useMessages(messages);
  return (
    <select
      aria-label={`${text.period}: ${title}`}
      value={span}
      onChange={({ currentTarget }) =>
        onChange(SPANS.find((known) => known === currentTarget.value) ?? 'hour')
      }
    >
      {SPANS.map((known) => (
        <option key={known} value={known}>
          {text.spans[known]}
        </option>
      ))}
    </select>
  );
}

interface ScannedNoteProps {
  readonly scanned: Scanned;
  /** Of the API, without a query. */
  readonly path: string;
  readonly span: Span;
  readonly onRenewed: () => void;
}

/** On AWS, each question about the logs costs: it says how much, and is asked again when somebody wants it. */
export function ScannedNote({ scanned: { atMs, bytes, usd }, path, span, onRenewed }: ScannedNoteProps) {
  const text = useMessages(messages);
  const { isLocal } = useSession();
  const now = useNow();
  const renew = useAction(() => get(pathOf(path, { span, renew: true })));
  if (isLocal) return null;
  const ago = formatDuration((now - atMs) / 1_000);
  return (
    <>
      <div class="census">
        <span class="quiet">{text.scanned(ago, formatBytes(bytes), formatUsd(usd))}</span>
        <Button isBusy={renew.isRunning} onClick={() => void renew.run().then(onRenewed)}>
          {text.renew}
        </Button>
      </div>
      {renew.problem !== undefined && <ProblemNote problem={renew.problem} />}
    </>
  );
}
