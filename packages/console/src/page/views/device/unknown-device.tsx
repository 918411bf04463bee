import { Link } from 'wouter-preact';
import { Empty } from '../../components/states.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { findPath } from '../devices/find-box.tsx';

const messages = defineMessages({
  en: {
    unknown: 'The tables have nothing of this id.',
    why: 'It was never registered, or it was purged. The timeline still tells of one that was purged; AWS IoT may have a thing of this name all the same.',
    search: 'See whether it is the serial number or MAC address of another',
  },
  ja: {
    unknown: 'この ID のデータはテーブルにありません。',
    why: '一度も登録されていないか、完全に削除されました。完全削除されたデバイスは、タイムラインで確認できる場合があります。AWS IoT に同じ名前のモノが残っている可能性もあります。',
    search: '別のデバイスのシリアル番号や MAC アドレスとして検索',
  },
});

/** What it means that there is no such device. */
export function UnknownDevice({ deviceId }: { readonly deviceId: string }) {
  const text = useMessages(messages);
  return (
    <Empty>
      <p>
        <strong>{text.unknown}</strong>
      </p>
      <p>{text.why}</p>
      <p>
        <Link href={findPath(deviceId)}>{text.search}</Link>
      </p>
    </Empty>
  );
}
