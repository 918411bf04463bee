import type { ExecutionDetails, StateVisit } from '../../../contract/executions.ts';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Empty } from '../../components/states.tsx';
import { Time, useNow } from '../../components/time.tsx';
import { useAhead } from '../../components/use-ahead.ts';
import { formatNumber, formatTook } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { StateStatusBadge } from './status-badge.tsx';

const messages = defineMessages({
  en: {
    title: 'Timeline',
    caption: 'States in the order in which they were entered',
    empty: 'It has not come to a state yet.',
    earlier: (count: string) =>
      count === '1' ? 'One visit before these is not shown.' : `${count} visits before these are not shown.`,
    state: 'State',
    status: 'Status',
    took: 'Took',
    failures: (count: number, error: string) =>
      count === 1 ? `one failed try: ${error}` : `${formatNumber(count)} failed tries, the last: ${error}`,
    unknown: 'unknown',
  },
  ja: {
    title: 'タイムライン',
    caption: '開始順のステート',
    empty: 'まだどのステートにも達していません。',
    earlier: (count: string) => `これより前の ${count} 回は表示していません。`,
    state: 'ステート',
    status: '状態',
    took: '所要時間',
    failures: (count: number, error: string) => `失敗 ${formatNumber(count)} 回、最後のエラー：${error}`,
    unknown: '不明',
  },
});

/** The states that an execution went through, with their tries. */
export function TimelineCard({ execution }: { readonly execution: ExecutionDetails }) {
  const text = useMessages(messages);
  const { visits, earlierVisits } = execution;
  const columns = useColumns(execution);
  const rows = visits.map((visit, index) => ({ ...visit, index }));
  return (
    <Card title={text.title}>
      {earlierVisits > 0 && <p class="hint">{text.earlier(formatNumber(earlierVisits))}</p>}
      {visits.length === 0 ? (
        <Empty>{text.empty}</Empty>
      ) : (
        <DataTable
          caption={text.caption}
          columns={columns}
          rows={rows}
          keyOf={({ index }) => String(index + earlierVisits)}
        />
      )}
    </Card>
  );
}

function useColumns({ stoppedAt, nowMs }: ExecutionDetails): readonly Column<StateVisit>[] {
  const text = useMessages(messages);
  const now = useNow(useAhead(nowMs));
  return [
    {
      key: 'state',
      title: text.state,
      cell: ({ name, type, enteredAt, failures, error }) => (
        <div class="execution-name">
          <span>
            {name} <span class="quiet">{type}</span>
          </span>
          <span class="hint">
            <Time at={enteredAt} />
          </span>
          {failures > 0 && (
            <span class="execution-error">{text.failures(failures, error ?? text.unknown)}</span>
          )}
        </div>
      ),
    },
    { key: 'status', title: text.status, cell: ({ status }) => <StateStatusBadge status={status} /> },
    {
      key: 'took',
      title: text.took,
      isNumber: true,
      cell: ({ enteredAt, exitedAt = stoppedAt ?? now }) => (
        <span class="nowrap">{formatTook((exitedAt - enteredAt) / 1_000)}</span>
      ),
    },
  ];
}
