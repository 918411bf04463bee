import { useState } from 'preact/hooks';
import type { DeviceAnswer } from '../../../contract/device.ts';
import { Card } from '../../components/card.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { CopyButton, DownloadButton, JsonText } from './json-text.tsx';

const messages = defineMessages({
  en: { title: 'As it is stored', show: 'Show the items of the tables' },
  ja: { title: '保存されている内容', show: 'テーブルの項目を表示' },
});

/** The items of the tables, for who wants to know exactly. */
export function ItemsCard({ device: { deviceId, items } }: { readonly device: DeviceAnswer }) {
  const text = useMessages(messages);
  const [isOpen, setOpen] = useState(false);
  return (
    <Card
      title={text.title}
      actions={
        <>
          <CopyButton value={items} />
          <DownloadButton value={items} fileName={`${deviceId.replaceAll(':', '_')}.json`} />
        </>
      }
    >
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{text.show}</summary>
        {isOpen && <JsonText value={items} label={`${text.title} (JSON)`} />}
      </details>
    </Card>
  );
}
