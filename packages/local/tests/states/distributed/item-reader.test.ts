import { all, type MemoryObjects, memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { describe, expect, it } from '@jest/globals';
import { readItems } from '../../../src/states/distributed/item-reader.ts';

function readFrom(objects: MemoryObjects, InputType: 'CSV' | 'JSONL', Key = 'file') {
  return readItems({ Arguments: { Bucket: 'fleet', Key }, ReaderConfig: { InputType } }, objects);
}

/** The items of a file, which comes in chunks of 7 bytes. */
function read(content: string, InputType: 'CSV' | 'JSONL') {
  return all(readFrom(memoryObjects({ file: content }), InputType));
}

const failure = (cause: unknown) => ({ error: 'States.ItemReaderFailed', causeText: cause });

describe('ItemReader of a CSV', () => {
  it('makes an object of strings of each row, by the names of the first one', async () => {
    expect(await read('deviceId,note\nd1,1\nd2,\n', 'CSV')).toEqual([
      { deviceId: 'd1', note: '1' },
      { deviceId: 'd2', note: '' },
    ]);
  });

  it('has a column of any name', async () => {
    const [item] = await read('deviceId,__proto__,constructor\nd1,a,b\n', 'CSV');
    expect(Object.entries(Object(item))).toEqual([
      ['deviceId', 'd1'],
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });

  it('reads quotes, a byte order mark, CRLF and characters that chunks cut through', async () => {
    const content = '\u{feff}näme,text\r\n"a ""b""\r\nc","😀,ü"\r\n\r\nx,y\r\n';
    expect(await read(content, 'CSV')).toEqual([
      { näme: 'a "b"\r\nc', text: '😀,ü' },
      { näme: 'x', text: 'y' },
    ]);
  });

  it('reads the example of AWS, with doubled quotes outside of quotes', async () => {
    const content =
      'letters,numbers,text,object,array\nabc,123,"This string contains commas, a double quotation marks (""), and a newline (\n)",{""MyKey"":""MyValue""},"[1,2,3]"';
    expect(await read(content, 'CSV')).toEqual([
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
      expect(await all(readFrom(objects, 'CSV'))).toEqual([
        { path: 'C:\\Files\\a.exe', note: 'x,y' },
        { path: 'C:temp', note: 'say "hi"' },
      ]);
    }
  });

  it('fills up rows that are too short, and passes over fields that are too many', async () => {
    expect(await read('a,b\n1\n1,2,3\n', 'CSV')).toEqual([
      { a: '1', b: '' },
      { a: '1', b: '2' },
    ]);
  });

  it('fails for a quote that never ends, and for a header beyond 10 KiB', async () => {
    await expect(read('a,b\n1,"2\n', 'CSV')).rejects.toMatchObject(
      failure(expect.stringMatching(/^The file is not valid CSV: Quote Not Closed.* line 2/)),
    );
    await expect(read(`${'n'.repeat(10_241)}\n1\n`, 'CSV')).rejects.toMatchObject(
      failure('The CSV header has 10241 bytes, more than the 10240 of the quota.'),
    );
  });
});

describe('ItemReader of JSON Lines', () => {
  it('makes an item of each line, whatever it is', async () => {
    const content = '{"deviceId":"ü😀"}\r\n\n[1]\n"text"\n7';
    expect(await read(content, 'JSONL')).toEqual([{ deviceId: 'ü😀' }, [1], 'text', 7]);
  });

  it('names the line that is not JSON, after the items before it', async () => {
    const items = readFrom(memoryObjects({ file: '{"a":1}\n\n{"a":}\n' }), 'JSONL');
    expect(await items.next()).toEqual({ done: false, value: { a: 1 } });
    await expect(items.next()).rejects.toMatchObject(
      failure(expect.stringMatching(/^Line 3 of the JSON Lines file is not valid JSON: /)),
    );
  });

  it('does not gather a line without an end in memory', async () => {
    const objects = memoryObjects({ file: `1\n${'x'.repeat(20_000_000)}` }, 1_000_000);
    await expect(all(readFrom(objects, 'JSONL'))).rejects.toMatchObject(
      failure('Line 2 of the JSON Lines file is longer than 8388608 characters.'),
    );
    expect(objects.taken.bytes).toBeLessThan(11_000_000);
  });
});

it('an ItemReader fails for an object and a bucket that are not there', async () => {
  const failsWith = (Bucket: string, cause: string) =>
    expect(
      all(
        readItems(
          { Arguments: { Bucket, Key: 'none' }, ReaderConfig: { InputType: 'CSV' } },
          memoryObjects(),
        ),
      ),
    ).rejects.toMatchObject(failure(cause));
  await failsWith(
    'fleet',
    'The specified key does not exist. (Service: S3, Status Code: 404, Error Code: NoSuchKey)',
  );
  await failsWith(
    'none',
    'The specified bucket does not exist (Service: S3, Status Code: 404, Error Code: NoSuchBucket)',
  );
});
