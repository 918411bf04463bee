// biome-ignore-all lint/a11y/useSemanticElements: rows of a table element cannot be placed where they belong in a list without end
// biome-ignore-all lint/a11y/useFocusableInteractive: the focus stays on the grid, with its active descendant
import './virtual-table.css';
import { useEffect, useId, useState } from 'preact/hooks';
import { defineMessages, useMessages } from '../i18n/locale.ts';
import type { Column } from './data-table.tsx';
import { useVirtualFrame } from './use-virtual-frame.ts';
import { rowAfterKey, scrollToRow, windowAt } from './virtual-window.ts';

const messages = defineMessages({
  en: {
    select: 'Selection',
    selectRow: (name: string) => `Select ${name}`,
    keys: 'Arrow keys, Page Up, Page Down, Home and End go through the rows; Enter opens, the space bar selects.',
    loading: 'Loading…',
  },
  ja: {
    select: '選択',
    selectRow: (name: string) => `${name} を選択`,
    keys: '矢印キー、Page Up、Page Down、Home、End で行を移動します。Enter で開き、スペースで選択します。',
    loading: '読み込み中…',
  },
});

interface VirtualTableProps<T> {
  /** For screen readers. */
  readonly caption: string;
  /** The first one names the row. */
  readonly columns: readonly Column<T>[];
  /** Says in CSS how wide the columns are, and how the cells of a card lie. */
  readonly layout: string;
  /** Of a row, as a line and as a card. */
  readonly rowPx: { readonly line: number; readonly card: number };
  readonly rowCount: number;
  /** Whether there are more, which are not counted yet. */
  readonly hasMore: boolean;
  /** Nothing for one that is being loaded. */
  readonly rowAt: (index: number) => T | undefined;
  readonly nameOf: (row: T) => string;
  /** Hears which rows are there: from `first` to the one before `end`. */
  readonly onShow: (first: number, end: number) => void;
  readonly onOpen: (row: T) => void;
  readonly isSelected: (row: T) => boolean;
  readonly onSelect: (row: T) => void;
}

/**
 * A table for rows without end, of which only those are in the document that are seen. The focus stays on the table, whose
 * active row screen readers are told of; so it is not lost with rows that are scrolled away.
 */
export function VirtualTable<T>(props: VirtualTableProps<T>) {
  const { caption, columns, layout, rowPx, rowCount, hasMore, rowAt, onShow } = props;
  const text = useMessages(messages);
  const id = useId();
  const frame = useVirtualFrame();
  const [active, setActive] = useState(-1);
  const extent = { rowCount, rowPx: frame.isNarrow ? rowPx.card : rowPx.line, viewPx: frame.viewPx };
  const seen = windowAt(frame.scrollPx, extent);
  useEffect(() => onShow(seen.first, seen.end), [onShow, seen.first, seen.end]);

  const goTo = (index: number) => {
    setActive(index);
    frame.scrollTo(scrollToRow(index, frame.scrollPx, extent));
  };
  const act = (key: string): boolean => {
    const row = rowAt(active);
    if ((key !== 'Enter' && key !== ' ') || row === undefined) return false;
    if (key === 'Enter') props.onOpen(row);
    else props.onSelect(row);
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const next = rowCount === 0 ? undefined : rowAfterKey(event.key, active, extent);
    if (next !== undefined) goTo(next);
    if (next !== undefined || act(event.key)) event.preventDefault();
  };
  const isThere = active >= seen.first && active < seen.end;
  const indexes = Array.from({ length: Math.max(0, seen.end - seen.first) }, (_, at) => seen.first + at);
  return (
    <>
      <div
        ref={frame.element}
        class={`virtual ${layout}`}
        data-cards={frame.isNarrow}
        role="grid"
        tabIndex={0}
        aria-label={caption}
        aria-describedby={`${id}-keys`}
        aria-multiselectable={true}
        aria-rowcount={hasMore ? -1 : rowCount + 1}
        aria-colcount={columns.length + 1}
        aria-activedescendant={isThere ? `${id}-${active}` : undefined}
        onKeyDown={onKeyDown}
        onFocus={() => !isThere && rowCount > 0 && setActive(seen.top)}
        onScroll={frame.onScroll}
      >
        <div ref={frame.head} role="rowgroup" class="virtual-head">
          <div role="row" aria-rowindex={1} class="virtual-row">
            <span role="columnheader">
              <span class="for-screen-readers">{text.select}</span>
            </span>
            {columns.map(({ key, title }) => (
              <span key={key} role="columnheader" class={`cell-${key}`}>
                {title}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" class="virtual-body" style={{ height: `${seen.heightPx}px` }}>
          {indexes.map((index) => (
            <Row
              key={index % seen.slots}
              {...props}
              id={`${id}-${index}`}
              index={index}
              topPx={index * extent.rowPx + seen.shiftPx}
              heightPx={extent.rowPx}
              isActive={index === active}
              onTouch={() => {
                setActive(index);
                frame.element.current?.focus({ preventScroll: true });
              }}
            />
          ))}
        </div>
      </div>
      <p class="hint virtual-keys" id={`${id}-keys`}>
        {text.keys}
      </p>
    </>
  );
}

interface RowProps<T> extends VirtualTableProps<T> {
  readonly id: string;
  readonly index: number;
  readonly topPx: number;
  readonly heightPx: number;
  readonly isActive: boolean;
  /** It is pointed at. */
  readonly onTouch: () => void;
}

function Row<T>(props: RowProps<T>) {
  const { columns, rowAt, nameOf, isSelected, onSelect, id, index, topPx, heightPx, isActive, onTouch } =
    props;
  const text = useMessages(messages);
  const row = rowAt(index);
  const place = { transform: `translateY(${topPx}px)`, height: `${heightPx}px` };
  const common = { id, 'aria-rowindex': index + 2, style: place } as const;
  if (row === undefined) {
    return (
      <div {...common} role="row" class="virtual-row virtual-waiting" aria-busy={true}>
        <span role="gridcell" aria-colspan={columns.length + 1}>
          {text.loading}
        </span>
      </div>
    );
  }
  const isChosen = isSelected(row);
  return (
    <div
      {...common}
      role="row"
      class={`virtual-row ${isActive ? 'virtual-active' : ''}`}
      aria-selected={isChosen}
    >
      <span role="gridcell" class="cell-select">
        <input
          type="checkbox"
          tabIndex={-1}
          checked={isChosen}
          aria-label={text.selectRow(nameOf(row))}
          onChange={() => {
            onSelect(row);
            onTouch();
          }}
        />
      </span>
      {columns.map(({ key, cell }) => (
        <span key={key} role="gridcell" class={`cell-${key}`}>
          {cell(row)}
        </span>
      ))}
    </div>
  );
}
