/** Browsers lay nothing out beyond some ten to thirty million pixels; a longer list is scrolled faster than by pixels. */
const MAX_PX = 8_000_000;
/** Rows beyond what is seen, so that a fast hand does not see gaps. */
const OVERSCAN = 8;

interface Extent {
  readonly rowCount: number;
  readonly rowPx: number;
  /** Of what is seen of the rows. */
  readonly viewPx: number;
}

/** Which rows are there, and where. */
interface RowWindow {
  /** Of the whole list. */
  readonly heightPx: number;
  /** The first that is seen. */
  readonly top: number;
  readonly first: number;
  /** The one behind the last. */
  readonly end: number;
  /** More than there are rows: elements are used again for rows of the same remainder, in place of ever new ones. */
  readonly slots: number;
  /** How much further down rows are than at their index times their height. */
  readonly shiftPx: number;
}

const heightOf = ({ rowCount, rowPx }: Extent): number => Math.min(rowCount * rowPx, MAX_PX);

/** How many pixels of rows go by with one pixel that is scrolled. */
function scaleOf(extent: Extent): number {
  const scrollable = heightOf(extent) - extent.viewPx;
  return scrollable <= 0 ? 1 : (extent.rowCount * extent.rowPx - extent.viewPx) / scrollable;
}

/** What is to be drawn at a scroll position, in pixels. */
export function windowAt(scrollPx: number, extent: Extent): RowWindow {
  const { rowCount, rowPx, viewPx } = extent;
  const topPx = scrollPx * scaleOf(extent);
  const top = Math.min(rowCount, Math.floor(topPx / rowPx));
  return {
    heightPx: heightOf(extent),
    top,
    first: Math.max(0, top - OVERSCAN),
    end: Math.min(rowCount, Math.ceil((topPx + viewPx) / rowPx) + OVERSCAN),
    slots: Math.ceil(viewPx / rowPx) + 2 * OVERSCAN + 2,
    shiftPx: scrollPx - topPx,
  };
}

/** Where to scroll to, so that a row is seen as a whole: as little as is needed. */
export function scrollToRow(row: number, scrollPx: number, extent: Extent): number {
  const { rowPx, viewPx } = extent;
  const scale = scaleOf(extent);
  const topPx = scrollPx * scale;
  if (row * rowPx < topPx) return (row * rowPx) / scale;
  const bottomPx = (row + 1) * rowPx;
  return bottomPx > topPx + viewPx ? (bottomPx - viewPx) / scale : scrollPx;
}

/** Where a key leads from a row, as in tables of AWS's console; nothing for other keys. `row`: -1 before the first. */
export function rowAfterKey(
  key: string,
  row: number,
  { rowCount, rowPx, viewPx }: Extent,
): number | undefined {
  const page = Math.max(1, Math.floor(viewPx / rowPx) - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: row + 1,
    ArrowUp: row - 1,
    PageDown: Math.max(row, 0) + page,
    PageUp: row - page,
    Home: 0,
    End: rowCount - 1,
  };
  const wanted = steps[key];
  return wanted === undefined ? undefined : Math.max(0, Math.min(rowCount - 1, wanted));
}
