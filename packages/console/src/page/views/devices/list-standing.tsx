import type { DeviceList, DeviceRow, ListSize } from '../../../contract/devices.ts';
import { pathOf } from '../../api/client.ts';
import { useResource } from '../../api/use-resource.ts';
import { Button } from '../../components/button.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import type { Pages } from './pages.ts';
import type { Changes } from './use-changes.ts';

const messages = defineMessages({
  en: {
    all: (count: string) => `${count} in all`,
    sofar: (count: string) => `${count} so far`,
    looked: (looked: string) => `${looked} items looked at`,
    lookedOf: (looked: string, size: string) => `${looked} of about ${size} items looked at`,
    sizeTitle:
      'Items of the table, with the reservations of serial numbers and MAC addresses; AWS counts them every six hours',
    looking: 'looking…',
    stop: 'Stop',
    goOn: 'Go on',
    refresh: 'Refresh',
    changes: (count: string, isOne: boolean) =>
      isOne ? '1 change since this was loaded.' : `${count} changes since this was loaded.`,
  },
  ja: {
    all: (count: string) => `全 ${count} 件`,
    sofar: (count: string) => `ここまで ${count} 件`,
    looked: (looked: string) => `${looked} 項目を確認`,
    lookedOf: (looked: string, size: string) => `約 ${size} 項目のうち ${looked} 項目を確認`,
    sizeTitle:
      'シリアル番号と MAC アドレスの予約済み識別子を含むテーブルの項目数です。AWS では約 6 時間ごとに更新されます',
    looking: '検索中…',
    stop: '停止',
    goOn: '続ける',
    refresh: '更新',
    changes: (count: string) => `読み込み後に ${count} 件の変更がありました。`,
  },
});

interface ListStandingProps {
  readonly list: DeviceList;
  readonly pages: Pages<DeviceRow>;
  readonly changes: Changes;
  readonly onRefresh: () => void;
}

/** How far the list has been looked through, and whether it is as it was. */
export function ListStanding({ list, pages, changes, onRefresh }: ListStandingProps) {
  const text = useMessages(messages);
  const { rowCount, hasMore, isLoading, isStopped } = pages;
  const count = formatNumber(rowCount);
  return (
    <div class="list-standing">
      <span>
        <strong>{hasMore ? text.sofar(count) : text.all(count)}</strong>
        {hasMore && <LookedAt list={list} looked={pages.looked} />}
        {hasMore && isLoading && <span class="quiet"> · {text.looking}</span>}
      </span>
      <span class="actions">
        {changes.count > 0 && (
          <span role="status">{text.changes(formatNumber(changes.count), changes.count === 1)}</span>
        )}
        {hasMore && isLoading && <Button onClick={() => pages.stop()}>{text.stop}</Button>}
        {hasMore && isStopped && <Button onClick={() => pages.goOn()}>{text.goOn}</Button>}
        <Button onClick={onRefresh}>{text.refresh}</Button>
      </span>
    </div>
  );
}

/** How many there are is not for everybody to ask: it is left out then. */
function LookedAt({ list, looked }: { readonly list: DeviceList; readonly looked: number }) {
  const text = useMessages(messages);
  const { data } = useResource<ListSize>(pathOf('/devices/size', { list }));
  const isKnown = data !== undefined && data.items >= looked;
  const sentence = isKnown
    ? text.lookedOf(formatNumber(looked), formatNumber(data.items))
    : text.looked(formatNumber(looked));
  return (
    <span class="quiet" title={text.sizeTitle}>
      {' · '}
      {sentence}
    </span>
  );
}
