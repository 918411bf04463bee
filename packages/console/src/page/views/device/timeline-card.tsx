import { useMemo } from 'preact/hooks';
import type { DeviceAnswer } from '../../../contract/device.ts';
import type { QueryLine, QueryRow } from '../../../contract/queries.ts';
import { useStream } from '../../api/use-stream.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Empty, Loading, ProblemNote } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { LogControls, LogNotes } from './log-controls.tsx';
import { logEntriesOf } from './log-lines.ts';
import { holdsOf, type Life, livesOf } from './timeline.ts';
import { TimelineEntry } from './timeline-entry.tsx';
import type { Timeline } from './use-timeline.ts';

const messages = defineMessages({
  en: {
    title: 'Timeline',
    empty: 'No step of its life is told in this time.',
    lookedBackTo: 'All since',
    older: 'Look further back',
    life: 'Life that began',
    before: 'Before that',
  },
  ja: {
    title: 'タイムライン',
    empty: 'この期間のイベントはありません。',
    lookedBackTo: '表示範囲の開始：',
    older: 'さらに過去を表示',
    life: '登録日時：',
    before: 'それ以前',
  },
});

const NO_ROWS: readonly QueryRow[] = [];

interface TimelineCardProps {
  readonly deviceId: string;
  /** What its record says; the timeline does without. */
  readonly device: DeviceAnswer | undefined;
  readonly timeline: Timeline;
  /** By how much the stack's clock is ahead, in milliseconds. */
  readonly aheadMs: number;
}

/** What happened to a device, the newest first. */
export function TimelineCard({ deviceId, device, timeline, aheadMs }: TimelineCardProps) {
  const text = useMessages(messages);
  const { events, fromMs, isLoading, problem, older } = timeline;
  const logs = useStream<QueryLine>();
  const rows = logs.line !== undefined && 'result' in logs.line ? logs.line.result.rows : NO_ROWS;
  const logged = useMemo(() => logEntriesOf(rows), [rows]);
  const lives = useMemo(
    () => livesOf(events, [...(device === undefined ? [] : holdsOf(device)), ...logged]),
    [events, device, logged],
  );
  return (
    <Card title={text.title} actions={<LogControls deviceId={deviceId} aheadMs={aheadMs} logs={logs} />}>
      <LogNotes logs={logs} />
      {lives.map((life) => (
        <LifeSteps key={life.registeredAt ?? 'before'} life={life} isOnly={lives.length === 1} />
      ))}
      {lives.length === 0 && !isLoading && problem === undefined && <Empty>{text.empty}</Empty>}
      {problem !== undefined && <ProblemNote problem={problem} onRetry={older} />}
      {isLoading && events.length === 0 && <Loading />}
      <div class="device-timeline-end">
        {fromMs !== undefined && (
          <span class="quiet">
            {text.lookedBackTo} <Time at={fromMs} />
          </span>
        )}
        {problem === undefined && (
          <Button isBusy={isLoading} onClick={older}>
            {text.older}
          </Button>
        )}
      </div>
    </Card>
  );
}

function LifeSteps({ life, isOnly }: { readonly life: Life; readonly isOnly: boolean }) {
  const text = useMessages(messages);
  const { registeredAt, entries } = life;
  return (
    <>
      {!isOnly && (
        <h3>
          {registeredAt === undefined ? (
            text.before
          ) : (
            <>
              {text.life} <Time at={registeredAt} />
            </>
          )}
        </h3>
      )}
      <ol class="device-timeline">
        {entries.map((entry) => (
          <TimelineEntry key={entry.key} entry={entry} />
        ))}
      </ol>
    </>
  );
}
