import { useMemo, useState } from 'preact/hooks';
import type { DeviceAnswer } from '../../../contract/device.ts';
import { saveFile } from '../../api/save-file.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { CopyButton, ScrolledText, textOf } from '../../components/text-block.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: { title: 'As it is stored', show: 'Show the items of the tables', download: 'Download' },
  ja: { title: '保存されている内容', show: 'テーブルの項目を表示', download: 'ダウンロード' },
});

/** The items of the tables, for who wants to know exactly. */
export function ItemsCard({ device: { deviceId, items } }: { readonly device: DeviceAnswer }) {
  const text = useMessages(messages);
  const [isOpen, setOpen] = useState(false);
  const shown = { text: useMemo(() => textOf(items), [items]), label: `${text.title} (JSON)` };
  const download = () =>
    saveFile(`${deviceId.replaceAll(':', '_')}.json`, new Blob([shown.text], { type: 'application/json' }));
  return (
    <Card
      title={text.title}
      actions={
        <>
          <CopyButton {...shown} />
          <Button onClick={download}>{text.download}</Button>
        </>
      }
    >
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{text.show}</summary>
        {isOpen && <ScrolledText {...shown} />}
      </details>
    </Card>
  );
}
