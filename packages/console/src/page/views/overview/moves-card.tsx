import { useMemo } from 'preact/hooks';
import type { LifecycleEventType } from '../../../contract/live.ts';
import type { Moves, Span } from '../../../contract/overview.ts';
import { pathOf } from '../../api/client.ts';
import { useResource } from '../../api/use-resource.ts';
import { Card } from '../../components/card.tsx';
import { Chart } from '../../components/chart.tsx';
import type { ChartTone } from '../../components/chart-data.ts';
import { eventMessages } from '../../components/event-badge.tsx';
import { Loaded } from '../../components/states.tsx';
import { formatClock, formatDateTime, formatDay } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useSession } from '../../session.ts';
import { PACES } from './paces.ts';
import { PeriodSelect, ScannedNote } from './period.tsx';
import { useLiveReload } from './use-live-reload.ts';

const PATH = '/overview/moves';

const messages = defineMessages({
  en: {
    title: 'Moves over time',
    time: 'From',
    none: 'Nothing moved in this time.',
  },
  ja: {
    title: '移動の推移',
    time: '開始',
    none: 'この期間の移動はありません。',
  },
});

const SERIES: readonly (readonly [LifecycleEventType, ChartTone])[] = [
  ['DeviceRegistered', 'accent'],
  ['DeviceDecommissioned', 'warn'],
  ['DeviceRestored', 'good'],
  ['DevicePurged', 'bad'],
];

interface MovesCardProps {
  readonly span: Span;
  readonly onSpan: (span: Span) => void;
}

/** What moved when, as the lifecycle events tell; what happens is in it at once. */
export function MovesCard({ span, onSpan }: MovesCardProps) {
  const text = useMessages(messages);
  const { pollMs } = useSession();
  const moves = useResource<Moves>(pathOf(PATH, { span }), { everyMs: pollMs * PACES.logs });
  useLiveReload(moves);
  return (
    <Card title={text.title} actions={<PeriodSelect title={text.title} span={span} onChange={onSpan} />}>
      <Loaded resource={moves} isEmpty={isEmpty} empty={text.none}>
        {({ bins }) => <MovesChart bins={bins} span={span} />}
      </Loaded>
      {moves.data !== undefined && (
        <ScannedNote scanned={moves.data.scanned} path={PATH} span={span} onRenewed={moves.reload} />
      )}
    </Card>
  );
}

const isEmpty = ({ bins }: Moves): boolean =>
  bins.every(({ counts }) => SERIES.every(([type]) => (counts[type] ?? 0) === 0));

function MovesChart({ bins, span }: { readonly bins: Moves['bins']; readonly span: Span }) {
  const text = useMessages(messages);
  const events = useMessages(eventMessages);
  const points = useMemo(
    () =>
      bins.map(({ startMs, counts }) => ({ x: startMs, values: SERIES.map(([type]) => counts[type] ?? 0) })),
    [bins],
  );
  return (
    <Chart
      title={text.title}
      kind="bars"
      isTime
      points={points}
      series={SERIES.map(([type, tone]) => ({ name: events[type], tone }))}
      xTitle={text.time}
      formatX={span === 'hour' ? formatClock : formatDateTime}
      formatTick={span === 'week' ? formatDay : formatClock}
    />
  );
}
