import { useState } from 'preact/hooks';
import type { QueryLine } from '../../../contract/queries.ts';
import { pathOf } from '../../api/client.ts';
import type { Stream } from '../../api/use-stream.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    span: 'How far back the logs are read',
    spans: { 1: 'last hour', 24: 'last day', 168: 'last 7 days', 720: 'last 30 days' } as Spans,
    show: 'Read the logs',
    hide: 'Hide',
    about: 'Adds requests, rejections and connections, out of the logs. AWS charges for what is read.',
    scanned: (count: string) => (count === '1' ? '1 line read' : `${count} lines read`),
    found: (count: string) =>
      count === '1' ? '1 line is among the steps.' : `${count} lines are among the steps.`,
  },
  ja: {
    span: 'ログを読む期間',
    spans: { 1: '過去 1 時間', 24: '過去 1 日', 168: '過去 7 日', 720: '過去 30 日' },
    show: 'ログを読む',
    hide: '隠す',
    about: 'ログからリクエスト、拒否、接続を追加します。読み取った量に応じて AWS の料金がかかります。',
    scanned: (count: string) => `${count} 行を読み取りました`,
    found: (count: string) => `${count} 行をタイムラインに表示しています。`,
  },
});

const SPAN_HOURS = [1, 24, 168, 720] as const;
type Spans = Readonly<Record<(typeof SPAN_HOURS)[number], string>>;
const HOUR_SECONDS = 3_600;

interface LogControlsProps {
  readonly deviceId: string;
  readonly aheadMs: number;
  readonly logs: Stream<QueryLine>;
}

/** Has the logs read for what is no step of a life: requests, rejections, connections. Only when asked: it costs. */
export function LogControls({ deviceId, aheadMs, logs }: LogControlsProps) {
  const text = useMessages(messages);
  const [hours, setHours] = useState<(typeof SPAN_HOURS)[number]>(24);
  const read = () => {
    const from = Math.floor((Date.now() + aheadMs) / 1_000) - hours * HOUR_SECONDS;
    void logs.run(pathOf('/queries/life-of-a-device/run', { from, 'device-id': deviceId }));
  };
  return (
    <>
      <select
        aria-label={text.span}
        value={hours}
        onChange={({ currentTarget }) =>
          setHours(SPAN_HOURS.find((span) => String(span) === currentTarget.value) ?? 24)
        }
      >
        {SPAN_HOURS.map((span) => (
          <option key={span} value={span}>
            {text.spans[span]}
          </option>
        ))}
      </select>
      <Button isBusy={logs.isRunning} onClick={read} title={text.about}>
        {text.show}
      </Button>
      {logs.line !== undefined && <Button onClick={logs.reset}>{text.hide}</Button>}
    </>
  );
}

/** How the reading goes. */
export function LogNotes({ logs: { line, problem } }: Pick<LogControlsProps, 'logs'>) {
  const text = useMessages(messages);
  return (
    <>
      {line !== undefined && (
        <p class="hint" role="status">
          {'result' in line
            ? text.found(formatNumber(line.result.rows.length))
            : text.scanned(formatNumber(line.recordsScanned))}
        </p>
      )}
      {problem !== undefined && <ProblemNote problem={problem} />}
    </>
  );
}
