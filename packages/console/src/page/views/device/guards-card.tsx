import type { DeviceAnswer } from '../../../contract/device.ts';
import { Badge } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { DeviceLink } from '../../components/links.tsx';
import { Time } from '../../components/time.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    title: 'Reserved identifiers',
    table: (id: string) => `Identifiers of ${id}`,
    identifier: 'Identifier',
    owner: 'Reserved for',
    until: 'Until',
    missing: 'missing',
    open: 'no end',
  },
  ja: {
    title: '予約済み識別子',
    table: (id: string) => `${id} の識別子`,
    identifier: '識別子',
    owner: '予約先',
    until: '期限',
    missing: 'なし',
    open: '無期限',
  },
});

/** What keeps the device's serial number and MAC address from others. */
export function GuardsCard({ device: { deviceId, guards } }: { readonly device: DeviceAnswer }) {
  const text = useMessages(messages);
  if (guards.length === 0) return null;
  return (
    <Card title={text.title}>
      <DataTable
        caption={text.table(deviceId)}
        rows={guards}
        keyOf={({ id }) => id}
        columns={[
          { key: 'id', title: text.identifier, cell: ({ id }) => <span class="mono">{id}</span> },
          {
            key: 'owner',
            title: text.owner,
            cell: ({ deviceId: owner }) => {
              if (owner === undefined) return <Badge tone="bad">{text.missing}</Badge>;
              return owner === deviceId ? <span class="mono">{owner}</span> : <DeviceLink deviceId={owner} />;
            },
          },
          {
            key: 'until',
            title: text.until,
            cell: ({ untilMs }) => (untilMs === undefined ? text.open : <Time at={untilMs} />),
          },
        ]}
      />
    </Card>
  );
}
