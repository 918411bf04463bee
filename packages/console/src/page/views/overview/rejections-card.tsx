import type { Rejections, Span } from '../../../contract/overview.ts';
import { pathOf } from '../../api/client.ts';
import { useResource } from '../../api/use-resource.ts';
import { Card } from '../../components/card.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Loaded } from '../../components/states.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useSession } from '../../session.ts';
import { PACES } from './paces.ts';
import { PeriodSelect, ScannedNote } from './period.tsx';

const PATH = '/overview/rejections';

const messages = defineMessages({
  en: {
    title: 'Rejections by code',
    caption: 'How often each code was told',
    code: 'Code and operation',
    count: 'Rejections',
    none: 'Nothing was refused in this time.',
  },
  ja: {
    title: 'コード別の拒否',
    caption: 'コードごとの拒否数',
    code: 'コードと操作',
    count: '拒否数',
    none: 'この期間の拒否はありません。',
  },
});

interface RejectionsCardProps {
  readonly span: Span;
  readonly onSpan: (span: Span) => void;
}

/** What devices and operators were refused. */
export function RejectionsCard({ span, onSpan }: RejectionsCardProps) {
  const text = useMessages(messages);
  const { pollMs } = useSession();
  const rejections = useResource<Rejections>(pathOf(PATH, { span }), { everyMs: pollMs * PACES.logs });
  return (
    <Card title={text.title} actions={<PeriodSelect title={text.title} span={span} onChange={onSpan} />}>
      <Loaded resource={rejections} isEmpty={({ rows }) => rows.length === 0} empty={text.none}>
        {({ rows }) => (
          <DataTable
            caption={text.caption}
            rows={rows}
            keyOf={({ operation, code }) => `${operation} ${code}`}
            columns={[
              { key: 'code', title: text.code, cell: Cause },
              { key: 'count', title: text.count, isNumber: true, cell: ({ count }) => formatNumber(count) },
            ]}
          />
        )}
      </Loaded>
      {rejections.data !== undefined && (
        <ScannedNote
          scanned={rejections.data.scanned}
          path={PATH}
          span={span}
          onRenewed={rejections.reload}
        />
      )}
    </Card>
  );
}

/** A code, whose, and what one of those who met with it was told. */
function Cause({ code, operation, example }: Rejections['rows'][number]) {
  return (
    <>
      {code} <span class="quiet">{operation}</span>
      <p class="rejection-example">{example}</p>
    </>
  );
}
