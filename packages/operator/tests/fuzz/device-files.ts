import { nastyBytes, nastyString } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import fc from 'fast-check';

/** What a line of a file is to become. */
export type Expected =
  | { readonly line: number; readonly deviceId: string }
  | { readonly line: number; readonly isBad: true };

/** A file, and what is in it. */
export interface DeviceFile {
  readonly bytes: Buffer;
  readonly expected: readonly Expected[];
}

const GOOD_IDS = ['a', 'dev-1', '-dev-2', 'A:b_c', '__proto__', 'constructor', 'x'.repeat(128), '1e5', ':-_'];
const BAD_IDS = [
  '',
  ' ',
  'a b',
  'ü',
  '=1+1',
  '@x',
  'x'.repeat(129),
  '../a',
  'serialNumber#x',
  '\u2028',
  'a"b',
  'a,b',
  'a\nb',
];

const cell = fc.oneof(
  fc.constantFrom(...GOOD_IDS, ...BAD_IDS),
  nastyString.filter((text) => !text.includes('\ufeff') && text.isWellFormed()),
);
const idCell = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...GOOD_IDS) },
  { weight: 1, arbitrary: cell },
);

const isGoodId = (text: string): boolean => /^[A-Za-z0-9:_-]{1,128}$/.test(text);
const ends = (text: string): number => text.split('\n').length - 1;

interface Row {
  readonly before: string;
  readonly id: string;
  readonly after: string;
  /** Fields more than there are columns. */
  readonly surplus: readonly string[];
  readonly isBlank: boolean;
  readonly isQuoted: boolean;
}

const row: fc.Arbitrary<Row> = fc.record({
  before: cell,
  id: idCell,
  after: cell,
  surplus: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(cell, { minLength: 1, maxLength: 2 }) },
  ),
  isBlank: fc.boolean().map((isIt) => isIt),
  isQuoted: fc.boolean(),
});

function field(text: string, delimiter: string, isQuoted: boolean): string {
  const needsQuotes = isQuoted || /["\r\n]/.test(text) || text.includes(delimiter);
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
}

/** CSV as RFC 4180 and spreadsheets have it, with any cells, and what has to come of each line. */
export const csvFile: fc.Arbitrary<DeviceFile> = fc
  .record({
    rows: fc.array(row, { maxLength: 6 }),
    delimiter: fc.constantFrom(',', ';', '\t'),
    end: fc.constantFrom('\n', '\r\n'),
    hasMark: fc.boolean(),
    hasLastEnd: fc.boolean(),
  })
  .map(({ rows, delimiter, end, hasMark, hasLastEnd }) => {
    const expected: Expected[] = [];
    const lines = [['__proto__', 'deviceId', 'toString'].join(delimiter)];
    let line = 2;
    for (const { before, id, after, surplus, isBlank, isQuoted } of rows) {
      if (isBlank) {
        lines.push('');
        line += 1;
      }
      const cells = [before, id, after, ...surplus];
      lines.push(cells.map((text) => field(text, delimiter, isQuoted)).join(delimiter));
      const trimmed = id.trim();
      const isTorn = surplus.some((text) => text.trim() !== '');
      expected.push(!isTorn && isGoodId(trimmed) ? { line, deviceId: trimmed } : { line, isBad: true });
      line += 1 + cells.reduce((sum, text) => sum + ends(text), 0);
    }
    const text = lines.join(end) + (hasLastEnd ? end : '');
    return { bytes: Buffer.from(hasMark ? `\ufeff${text}` : text), expected };
  });

const jsonLine = fc.oneof(
  {
    weight: 4,
    arbitrary: idCell.map((deviceId) => ({
      text: JSON.stringify({ deviceId, name: '\u2028 \u2029' }),
      deviceId,
    })),
  },
  {
    weight: 1,
    arbitrary: nastyString.map((name) => ({
      text: JSON.stringify({ [name]: 1, deviceId: 'a' }),
      deviceId: 'a',
    })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(
        ...[
          'null',
          '1',
          '[]',
          '"deviceId"',
          '{}',
          '{"deviceId":1}',
          '{"deviceId":["a"]}',
          '{',
          '{"deviceId":"a"',
          'nonsense',
        ],
        ...[
          '{"__proto__":{"deviceId":"a"}}',
          '{"deviceId":{"deviceId":"a"}}',
          `{"deviceId":"b","deep":${'['.repeat(5_000)}${']'.repeat(5_000)}`,
        ],
      )
      .map((text) => ({ text, deviceId: undefined })),
  },
);

/** JSON Lines, and what has to come of each. */
export const jsonLinesFile: fc.Arbitrary<DeviceFile> = fc
  .record({
    lines: fc.array(jsonLine, { maxLength: 6 }),
    end: fc.constantFrom('\n', '\r\n', '\n\n'),
    hasMark: fc.boolean(),
    hasLastEnd: fc.boolean(),
  })
  .map(({ lines, end, hasMark, hasLastEnd }) => {
    const expected = lines.map(({ deviceId }, index): Expected => {
      const line = 1 + index * (end === '\n\n' ? 2 : 1);
      const trimmed = deviceId?.trim() ?? '';
      return isGoodId(trimmed) ? { line, deviceId: trimmed } : { line, isBad: true };
    });
    const text = lines.map((line) => line.text).join(end) + (hasLastEnd ? end : '');
    return { bytes: Buffer.from(hasMark ? `\ufeff${text}` : text), expected };
  });

/** A file that somebody's editor, network or malice has been at. */
export const damagedFile: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.oneof(csvFile, jsonLinesFile),
    fc.nat(),
    fc.nat({ max: 6 }),
    fc.oneof(
      nastyBytes,
      fc
        .constantFrom('"', '""', '\r', '\n', '\0', '\\"', '\ufeff', ',', '\u2028')
        .map((text) => Buffer.from(text)),
    ),
  )
  .map(([{ bytes }, where, length, other]) => {
    const at = bytes.length === 0 ? 0 : where % bytes.length;
    return Buffer.concat([bytes.subarray(0, at), other, bytes.subarray(at + length)]);
  });

/** The bytes in pieces, as files and networks give them. */
export async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
