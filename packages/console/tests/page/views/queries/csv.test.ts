import { expect, it } from '@jest/globals';
import { csvOfRows } from '../../../../src/page/views/queries/csv.ts';

it('has a column for each name, quotes what has to be, and leaves no formula in a cell', () => {
  const rows = [
    { '@timestamp': '2026-11-26', deviceId: '-1+2' },
    { deviceId: '=HYPERLINK("http://x")', count: '-5' },
  ];
  expect(csvOfRows(rows)).toBe(
    '@timestamp,deviceId,count\r\n2026-11-26,\'-1+2,\r\n,"\'=HYPERLINK(""http://x"")",-5\r\n',
  );
});

it('is empty of rows when nothing was found', () => {
  expect(csvOfRows([])).toBe('\r\n');
});
