import { useCallback, useMemo, useRef } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import type { DeviceRow, DeviceList as List } from '../../../contract/devices.ts';
import { Empty, Loading, ProblemNote } from '../../components/states.tsx';
import { useNow } from '../../components/time.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { devicePath } from '../../paths.ts';
import { useDeviceColumns } from './device-columns.tsx';
import type { Filter } from './list-filter.tsx';
import { listMessages } from './list-messages.ts';
import { ListStanding } from './list-standing.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useChanges } from './use-changes.ts';
import { pageLoader, usePages } from './use-pages.ts';
import { useSelection } from './use-selection.ts';

const messages = defineMessages({
  en: { noneSuch: 'None of this list is like that.' },
  ja: { noneSuch: '条件に合うものはありません。' },
});

const ROW_PX = { line: 42, card: 104 } as const;

interface DeviceListProps {
  readonly list: List;
  readonly filter: Filter;
}

/** One of the lists of devices, as far as it is scrolled to. */
export function DeviceList({ list, filter: { text: wanted, type } }: DeviceListProps) {
  const text = useMessages(messages);
  const words = useMessages(listMessages);
  const [, navigate] = useLocation();
  const { load, nowMs } = useList(list, { text: wanted, type });
  const { pages, refresh, round } = usePages(load);
  const selection = useSelection();
  const changes = useChanges(list, round);
  const columns = useDeviceColumns({ list, changes: changes.byDevice, nowMs });
  const onShow = useCallback((first: number, end: number) => pages.show(first, end), [pages]);
  const { rowCount, hasMore, problem } = pages;
  const isFiltered = wanted !== undefined || type !== undefined;
  return (
    <>
      <SelectionBar list={list} selection={selection} load={load} />
      {problem !== undefined && <ProblemNote problem={problem} onRetry={() => pages.goOn()} />}
      {rowCount > 0 && (
        <VirtualTable<DeviceRow>
          key={round}
          caption={words.lists[list]}
          columns={columns}
          layout="device-rows"
          rowPx={ROW_PX}
          rowCount={rowCount}
          hasMore={hasMore}
          rowAt={(index) => pages.rowAt(index)}
          nameOf={({ deviceId }) => deviceId}
          onShow={onShow}
          onOpen={({ deviceId }) => navigate(devicePath(deviceId))}
          isSelected={({ key }) => selection.rows.has(key)}
          onSelect={selection.toggle}
        />
      )}
      {rowCount === 0 && !hasMore && <Empty>{isFiltered ? text.noneSuch : words.none[list]}</Empty>}
      {rowCount === 0 && hasMore && pages.isLoading && <Loading />}
      <ListStanding list={list} pages={pages} changes={changes} onRefresh={refresh} />
    </>
  );
}

/** How a list is loaded, and what time it is for the stack. */
function useList(list: List, { text, type }: Filter) {
  const aheadMs = useRef(0);
  const load = useMemo(() => {
    const loadPage = pageLoader({ list, text, type });
    return async (cursor: string | undefined, signal: AbortSignal) => {
      const page = await loadPage(cursor, signal);
      aheadMs.current = page.nowMs - Date.now();
      return page;
    };
  }, [list, text, type]);
  return { load, nowMs: useNow(aheadMs.current) };
}
