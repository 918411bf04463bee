import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { all, type MemoryObjects, memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { describe, expect, it } from '@jest/globals';
import { readItems } from '../../../src/states/distributed/item-reader.ts';
import type { ReaderConfig } from '../../../src/states/distributed/item-source.ts';

type FileConfig = ReaderConfig & { readonly InputType: 'CSV' | 'JSON' | 'JSONL' };

const CSV: FileConfig = { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' };
const DEEP = '{"other":[1,[2]],"a/b":{"lots":[{"n":1},{"n":"zwei ]"}]},"last":3}';

function readFrom(objects: MemoryObjects, config: FileConfig, Key = 'file') {
  const Resource = 'arn:aws:states:::s3:getObject';
  return readItems({ Resource, Arguments: { Bucket: 'fleet', Key }, ReaderConfig: config }, objects);
}

/** The items of a file, which comes in chunks of 7 bytes. */
function read(content: string, config: FileConfig) {
  return all(readFrom(memoryObjects({ file: content }), config));
}

const failure = (cause: unknown) => ({ error: 'States.ItemReaderFailed', causeText: cause });

describe('ItemReader of a CSV', () => {
  it('makes an object of strings of each row, by the names of the first one', async () => {
    expect(await read('deviceId,note\nd1,1\nd2,\n', CSV)).toEqual([
      { deviceId: 'd1', note: '1' },
      { deviceId: 'd2', note: '' },
    ]);
  });

  it('has a column of any name', async () => {
    const [item] = await read('deviceId,__proto__,constructor\nd1,a,b\n', CSV);
    expect(Object.entries(Object(item))).toEqual([
      ['deviceId', 'd1'],
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });

  it('takes the names from the definition when the file has none', async () => {
    const config: FileConfig = { ...CSV, CSVHeaderLocation: 'GIVEN', CSVHeaders: ['deviceId', 'note'] };
    expect(await read('d1,a\nd2,b', config)).toEqual([
      { deviceId: 'd1', note: 'a' },
      { deviceId: 'd2', note: 'b' },
    ]);
  });

  it.each([
    ['COMMA', ','],
    ['PIPE', '|'],
    ['SEMICOLON', ';'],
    ['SPACE', ' '],
    ['TAB', '\t'],
  ] as const)('separates fields by %s', async (CSVDelimiter, delimiter) => {
    const content = `a${delimiter}b\n1${delimiter}"2${delimiter}3"\n`;
    expect(await read(content, { ...CSV, CSVDelimiter })).toEqual([{ a: '1', b: `2${delimiter}3` }]);
  });

  it('reads quotes, a byte order mark, CRLF and characters that chunks cut through', async () => {
    const content = '\u{feff}näme,text\r\n"a ""b""\r\nc","😀,ü"\r\n\r\nx,y\r\n';
    expect(await read(content, CSV)).toEqual([
      { näme: 'a "b"\r\nc', text: '😀,ü' },
      { näme: 'x', text: 'y' },
    ]);
  });

  it('reads the example of AWS, with doubled quotes outside of quotes', async () => {
    const content =
      'abc,123,"This string contains commas, a double quotation marks (""), and a newline (\n)",{""MyKey"":""MyValue""},"[1,2,3]"';
    const CSVHeaders = ['letters', 'numbers', 'text', 'object', 'array'];
    expect(await read(content, { ...CSV, CSVHeaderLocation: 'GIVEN', CSVHeaders })).toEqual([
      {
        letters: 'abc',
        numbers: '123',
        text: 'This string contains commas, a double quotation marks ("), and a newline (\n)',
        object: '{"MyKey":"MyValue"}',
        array: '[1,2,3]',
      },
    ]);
  });

  it('takes backslashes as escapes of backslashes, quotes and the delimiter, and drops others', async () => {
    const content = 'path,note\nC:\\\\Files\\\\a.exe,x\\,y\nC:\\temp,"say \\"hi\\""\n';
    for (const chunkBytes of [1, 2, 3, 1000]) {
      const objects = memoryObjects({ file: content }, chunkBytes);
      expect(await all(readFrom(objects, CSV))).toEqual([
        { path: 'C:\\Files\\a.exe', note: 'x,y' },
        { path: 'C:temp', note: 'say "hi"' },
      ]);
    }
  });

  it('fills up rows that are too short, and passes over fields that are too many', async () => {
    expect(await read('a,b\n1\n1,2,3\n', CSV)).toEqual([
      { a: '1', b: '' },
      { a: '1', b: '2' },
    ]);
  });

  it('fails for a quote that never ends, and for a header beyond 10 KiB', async () => {
    await expect(read('a,b\n1,"2\n', CSV)).rejects.toMatchObject(
      failure(expect.stringMatching(/^The file is not valid CSV: Quote Not Closed.* line 2/)),
    );
    await expect(read(`${'n'.repeat(10_241)}\n1\n`, CSV)).rejects.toMatchObject(
      failure('The CSV header has 10241 bytes, more than the 10240 of the quota.'),
    );
  });

  it('reads no more of the file than MaxItems needs', async () => {
    const objects = memoryObjects({ file: `deviceId\n${'d\n'.repeat(1_000_000)}` }, 1_000);
    expect(await all(readFrom(objects, { ...CSV, MaxItems: 3 }))).toHaveLength(3);
    expect(objects.taken.bytes).toBeLessThan(200_000);
  });
});

describe('ItemReader of JSON Lines', () => {
  it('makes an item of each line, whatever it is', async () => {
    const content = '{"deviceId":"ü😀"}\r\n\n[1]\n"text"\n7';
    expect(await read(content, { InputType: 'JSONL' })).toEqual([{ deviceId: 'ü😀' }, [1], 'text', 7]);
  });

  it('names the line that is not JSON, after the items before it', async () => {
    const items = readFrom(memoryObjects({ file: '{"a":1}\n\n{"a":}\n' }), { InputType: 'JSONL' });
    expect(await items.next()).toEqual({ done: false, value: { a: 1 } });
    await expect(items.next()).rejects.toMatchObject(
      failure(expect.stringMatching(/^Line 3 of the JSON Lines file is not valid JSON: /)),
    );
  });

  it('does not gather a line without an end in memory', async () => {
    const objects = memoryObjects({ file: `1\n${'x'.repeat(20_000_000)}` }, 1_000_000);
    await expect(all(readFrom(objects, { InputType: 'JSONL' }))).rejects.toMatchObject(
      failure('Line 2 of the JSON Lines file is longer than 8388608 characters.'),
    );
    expect(objects.taken.bytes).toBeLessThan(11_000_000);
  });
});

describe('ItemReader of a JSON file', () => {
  it('makes an item of each element of its array', async () => {
    expect(await read('[{"a":[1,{}]},"b",null,3.5]', { InputType: 'JSON' })).toEqual([
      { a: [1, {}] },
      'b',
      null,
      3.5,
    ]);
  });

  it('follows ItemsPointer to an array inside', async () => {
    const items = await read(DEEP, { InputType: 'JSON', ItemsPointer: '/a~1b/lots' });
    expect(items).toEqual([{ n: 1 }, { n: 'zwei ]' }]);
    expect(await read(DEEP, { InputType: 'JSON', ItemsPointer: '/other/1' })).toEqual([2]);
  });

  it('makes an item of each member of an object', async () => {
    expect(await read('{"a":[1,{}],"b":null}', { InputType: 'JSON' })).toEqual([
      { Key: 'a', Value: [1, {}] },
      { Key: 'b', Value: null },
    ]);
    expect(await read(DEEP, { InputType: 'JSON', ItemsPointer: '/a~1b' })).toEqual([
      { Key: 'lots', Value: [{ n: 1 }, { n: 'zwei ]' }] },
    ]);
    expect(await read('{}', { InputType: 'JSON' })).toEqual([]);
  });

  it.each([
    ['/last', 'Attempting to map over non-iterable node.'],
    ['/none', 'The ItemsPointer /none refers to nothing in the file.'],
    ['none', 'The ItemsPointer none is not a JSON Pointer: it has to begin with "/".'],
  ])('fails for the ItemsPointer %s where there is no array', async (ItemsPointer, cause) => {
    await expect(read(DEEP, { InputType: 'JSON', ItemsPointer })).rejects.toMatchObject(failure(cause));
  });

  it('fails for what is not JSON', async () => {
    await expect(read('[1,', { InputType: 'JSON' })).rejects.toMatchObject(
      failure(expect.stringMatching(/^The file is not valid JSON: /)),
    );
  });
});

describe('ItemReader of S3', () => {
  it.each([
    ['gz', gzipSync],
    ['zstd', zstdCompressSync],
  ])('decompresses a file whose key ends with %s', async (ending, compress) => {
    const objects = (bytes: Buffer): MemoryObjects => ({
      ...memoryObjects(),
      read: async () => Readable.from([bytes.subarray(0, 5), bytes.subarray(5)]),
    });
    const readWhole = (bytes: Buffer) => all(readFrom(objects(bytes), CSV, `file.csv.${ending}`));
    expect(await readWhole(compress('deviceId\nd1\nd2\n'))).toEqual([{ deviceId: 'd1' }, { deviceId: 'd2' }]);
    await expect(readWhole(Buffer.from('deviceId\n'))).rejects.toMatchObject(
      failure(expect.stringMatching(/^The file can't be decompressed: /)),
    );
  });

  it.each([
    ['CSV', { CSVHeaderLocation: 'GIVEN', CSVHeaders: ['x'.repeat(10_241)] }],
    ['JSON', { ItemsPointer: 'none' }],
  ] as const)('does not open a %s that it can make nothing of', async (InputType, config) => {
    const objects = memoryObjects({ file: '[]' });
    let reads = 0;
    const read: MemoryObjects['read'] = (...location) => {
      reads += 1;
      return objects.read(...location);
    };
    const items = readFrom({ ...objects, read }, { InputType, ...config });
    await expect(all(items)).rejects.toMatchObject({ error: 'States.ItemReaderFailed' });
    expect(reads).toBe(0);
  });

  it('lists objects by their prefix', async () => {
    const objects = memoryObjects({ 'in/a': '1', 'in/b': '22', 'out/c': '3' });
    const Resource = 'arn:aws:states:::s3:listObjectsV2';
    const Arguments = { Bucket: 'fleet', Prefix: 'in/' };
    const listed = (MaxItems: number) =>
      all(readItems({ Resource, Arguments, ReaderConfig: { MaxItems } }, objects));
    expect(await listed(0)).toEqual([
      { Key: 'in/a', Size: 1, Etag: '"0"', LastModified: 1_700_000_000, StorageClass: 'STANDARD' },
      expect.objectContaining({ Key: 'in/b', Size: 2 }),
    ]);
    expect(await listed(1)).toHaveLength(1);
  });

  it('fails for an object and a bucket that are not there', async () => {
    await expect(all(readFrom(memoryObjects(), CSV, 'none'))).rejects.toMatchObject(
      failure('The specified key does not exist. (Service: S3, Status Code: 404, Error Code: NoSuchKey)'),
    );
    const Resource = 'arn:aws:states:::s3:listObjectsV2';
    const items = readItems({ Resource, Arguments: { Bucket: 'none' } }, memoryObjects());
    await expect(all(items)).rejects.toMatchObject(
      failure(
        'The specified bucket does not exist (Service: S3, Status Code: 404, Error Code: NoSuchBucket)',
      ),
    );
  });
});
