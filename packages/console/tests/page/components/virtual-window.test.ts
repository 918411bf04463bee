import { expect, it } from '@jest/globals';
import { rowAfterKey, scrollToRow, windowAt } from '../../../src/page/components/virtual-window.ts';

const SHORT = { rowCount: 1_000, rowPx: 40, viewPx: 400 };
const LONG = { rowCount: 1_000_000, rowPx: 40, viewPx: 400 };

it('has the rows that are seen, each where it belongs, and some around them', () => {
  const { heightPx, top, first, end, shiftPx } = windowAt(4_000, SHORT);
  expect({ heightPx, top, shiftPx }).toEqual({ heightPx: 40_000, top: 100, shiftPx: 0 });
  expect([first < 100, first >= 80, end > 110, end <= 130]).toEqual([true, true, true, true]);
});

it('has an element of its own for each row', () => {
  for (const scrollPx of [0, 4_000, 4_001, 4_039, 39_600]) {
    const { first, end, slots } = windowAt(scrollPx, SHORT);
    expect(end - first).toBeLessThanOrEqual(slots);
  }
});

it('has nothing beyond the ends', () => {
  expect(windowAt(0, SHORT).first).toBe(0);
  expect(windowAt(39_600, SHORT).end).toBe(1_000);
  expect(windowAt(0, { ...SHORT, rowCount: 0 })).toMatchObject({ first: 0, end: 0, heightPx: 0 });
});

it('reaches every row of a list that is higher than browsers can lay out', () => {
  const { heightPx } = windowAt(0, LONG);
  expect(heightPx).toBeLessThan(10_000_000);
  const last = windowAt(heightPx - LONG.viewPx, LONG);
  expect(last.end).toBe(1_000_000);
  // The last row ends where the list does.
  expect(1_000_000 * LONG.rowPx + last.shiftPx).toBeCloseTo(heightPx, 0);
});

it.each([SHORT, LONG])('scrolls as little as is needed to see a row as a whole', (extent) => {
  const row = extent.rowCount - 500;
  const down = scrollToRow(row, 0, extent);
  const seen = windowAt(down, extent);
  expect(row * extent.rowPx + seen.shiftPx).toBeCloseTo(down + extent.viewPx - extent.rowPx, 0);
  const up = scrollToRow(row - 300, down, extent);
  expect((row - 300) * extent.rowPx + windowAt(up, extent).shiftPx).toBeCloseTo(up, 0);
  expect(scrollToRow(row - 300, up, extent)).toBe(up);
});

it('goes by keys, and not beyond the ends', () => {
  const after = (key: string, row: number) => rowAfterKey(key, row, SHORT);
  expect([after('ArrowDown', 4), after('ArrowUp', 4), after('Home', 4), after('End', 4)]).toEqual([
    5, 3, 0, 999,
  ]);
  expect([after('PageDown', 4), after('PageUp', 40)]).toEqual([13, 31]);
  expect([after('ArrowUp', 0), after('PageDown', 998), after('ArrowDown', -1)]).toEqual([0, 999, 0]);
  expect(after('x', 4)).toBeUndefined();
});
