import type { DeviceAnswer } from '../../../contract/device.ts';
import { Badge } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { Facts } from '../../components/facts.tsx';
import { Time } from '../../components/time.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    title: 'Record',
    serialNumber: 'Serial number',
    macAddress: 'MAC address',
    name: 'Name',
    type: 'Type',
    version: 'Version',
    registeredAt: 'Registered',
    updatedAt: 'Updated',
    lastSeenAt: 'Last seen',
    presence: 'Connection',
    connected: 'connected',
    disconnected: 'disconnected',
    since: 'since',
  },
  ja: {
    title: 'レコード',
    serialNumber: 'シリアル番号',
    macAddress: 'MAC アドレス',
    name: '名前',
    type: '種類',
    version: 'バージョン',
    registeredAt: '登録日時',
    updatedAt: '更新日時',
    lastSeenAt: '最終確認',
    presence: '接続',
    connected: '接続中',
    disconnected: '切断',
    since: '開始：',
  },
});

/** What the record says of the device itself. */
export function RecordCard({ device: { record } }: { readonly device: DeviceAnswer }) {
  const text = useMessages(messages);
  const { presence, version } = record;
  const time = (at: number | undefined) => at !== undefined && <Time at={at} />;
  return (
    <Card title={text.title}>
      <Facts
        facts={(
          [
            [text.serialNumber, mono(record.serialNumber)],
            [text.macAddress, mono(record.macAddress)],
            [text.name, record.name],
            [text.type, record.type],
            [text.version, version === undefined ? undefined : formatNumber(version)],
            [text.registeredAt, time(record.registeredAt)],
            [text.updatedAt, time(record.updatedAt)],
            [text.lastSeenAt, time(record.lastSeenAt)],
            [
              text.presence,
              presence !== undefined && (
                <>
                  <Badge tone={presence.connected ? 'good' : 'plain'}>
                    {presence.connected ? text.connected : text.disconnected}
                  </Badge>{' '}
                  <span class="quiet">
                    {text.since} <Time at={presence.at} />
                  </span>
                </>
              ),
            ],
          ] as const
        ).filter(([, value]) => value !== false)}
      />
    </Card>
  );
}

const mono = (value: string | undefined) =>
  value === undefined ? undefined : <span class="mono">{value}</span>;
