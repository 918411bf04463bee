import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  assertFileIsGood,
  badLines,
  type CheckedFile,
  describeProblems,
  withCheckedFile,
} from '../../src/fleet/check-file.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'check-file-'));
});

afterAll(() => rm(directory, { recursive: true }));

async function check<T>(content: string | Buffer, use: (file: CheckedFile) => T | Promise<T>): Promise<T> {
  const path = join(directory, 'lot-7.csv');
  await writeFile(path, content);
  return withCheckedFile(path, new AbortController().signal, async (file) => use(file));
}

const devicesOf = async ({ source }: CheckedFile) =>
  (await text(source.read())).trimEnd().split('\n').slice(1);
const devicesIn = (content: string | Buffer) => check(content, devicesOf);
const problemsIn = (content: string | Buffer) =>
  check(content, ({ problems }) => problems.map(({ line, problem }) => `${line} ${problem}`));

describe('a file of devices', () => {
  it.each([
    ['a column', 'deviceId\na\nb\n'],
    ['more columns, in any place', 'name,deviceId,lot\nPump,a,7\nValve,b,7\n'],
    ['BOM and the ends of lines of Windows', '\uFEFFdeviceId,name\r\na,Pump\r\nb,Valve\r\n'],
    ['the ends of lines of old Macs', 'deviceId,name\ra,Pump\rb,Valve\r'],
    ['quotes, around commas, quotes and ends of lines', 'name,deviceId\n"A ""big"", red\r\npump","a"\n,b\n'],
    ['semicolons', 'deviceId;name\na;"1,5"\nb;x,y\n'],
    ['tabs', 'deviceId\tname\na\tx\nb\t\n'],
    ['blank lines, blanks and empty columns', 'DeviceID ,\n\n a ,,,\n\nb\n\n'],
    ['JSON Lines', '{"deviceId":"a","name":"Pump"}\n\n{"deviceId":"b"}'],
    [
      'JSON Lines with what ends lines elsewhere',
      '{"deviceId":"a","name":"1\u2028\u2029\u0085"}\n{"deviceId":"b"}\n',
    ],
    ['JSON Lines from Windows', '\uFEFF{"deviceId":"a"}\r\n{"deviceId":"b"}\r\n'],
  ])('may have %s', async (_, content) => {
    expect(await devicesIn(content)).toEqual(['a', 'b']);
  });

  it('has its problems told by the number of the line', async () => {
    const content = `deviceId,name\na,x\n,y\n"b","two\r\nlines"\na,z\nc d,"\n"\n\n${'e'.repeat(129)},\nf,g,h\nj\n`;
    expect(await problemsIn(content)).toEqual([
      '3 has no deviceId',
      '6 "a" is on line 2 already',
      expect.stringMatching(/^7 "c d" is not a deviceId/),
      expect.stringMatching(/^10 "e{60}…" is not a deviceId/),
      '11 has 3 fields, and the first line 2',
    ]);
    expect(await devicesIn(content)).toEqual(['a', 'b', 'j']);
  });

  it('has its lines counted however large it is', async () => {
    const rows = Array.from({ length: 40_000 }, (_, n) => `dev-${n},"a line\n and more"\n`).join('');
    expect(await problemsIn(`deviceId,name\n${rows}no device,x\n`)).toEqual([
      expect.stringMatching(/^80002 "no device"/),
    ]);
  });

  it('has the problems of JSON Lines told too', async () => {
    const content = '{"deviceId":"a"}\n{"deviceId":7}\nnonsense\n{"id":"b"}\n{"deviceId":"a"}\nnull\n';
    expect(await problemsIn(content)).toEqual([
      '2 has a deviceId that is not a text',
      '3 is not JSON',
      '4 has no deviceId',
      '5 "a" is on line 1 already',
      '6 has no deviceId',
    ]);
  });

  it('has a line told that nobody would read into memory', async () => {
    const content = Buffer.from(`{"deviceId":"a"}\n{"name":"${'x'.repeat(9 << 20)}"}\n{"deviceId":"b"}\n`);
    expect(await problemsIn(content)).toEqual(['2 is longer than eight million characters']);
    expect(await devicesIn(content)).toEqual(['a', 'b']);
  });

  it('has what it says in one line each, whatever it is', async () => {
    expect(await problemsIn('deviceId\n"a\n\u001b[31mline 7: b"\n')).toEqual([
      expect.stringMatching(/^2 "a \\u001b\[31mline 7: b" is not a deviceId/),
    ]);
  });

  it('need not be UTF-8 but for its ids', async () => {
    const content = Buffer.from('deviceId,name\na,Gr\u00fcn\n\u00fc,x\n', 'latin1');
    expect(await devicesIn(content)).toEqual(['a']);
    expect(await problemsIn(content)).toEqual(['3 "\uFFFD" is not UTF-8']);
  });

  it('is the same source whatever its form', async () => {
    const digests = await Promise.all([
      await check('deviceId\na\nb\n', ({ source }) => source.sha256),
      await check('{"deviceId":"a"}\n{"deviceId":"b"}\n', ({ source }) => source.sha256),
      await check('deviceId\nb\na\n', ({ source }) => source.sha256),
    ]);
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).not.toBe(digests[2]);
  });

  it.each([
    ['', 'lot-7.csv is empty'],
    ['\n \n', 'lot-7.csv is empty'],
    ['deviceId\n', 'names no devices'],
    [
      'serial,name\nSN-1,x\n',
      'has no column deviceId: its first line has to name it, and says "serial, name"',
    ],
    ['deviceId,deviceid\na,b\n', 'two columns deviceId'],
    ['[{"deviceId":"a"}]', 'is one JSON array'],
    [Buffer.from('\uFEFFdeviceId\na\n', 'utf16le'), 'is UTF-16'],
    [Buffer.from('PK\u0003\u0004....'), 'is a workbook or an archive'],
    [Buffer.from([0, 1, 2, 3]), 'is no text'],
    ['deviceId,name\na,x\nb,"never closed\nc,z\n', 'a quote behind line 2 that is out of place'],
    ['deviceId,name\na,x\nb,"closed"badly\nc,z\n', 'a quote behind line 2 that is out of place'],
    [`deviceId,name\na,"${'x'.repeat(1_100_000)}`, 'a quote that is never closed'],
  ])('is refused when it is none: %#', async (content, sentence) => {
    await expect(check(content, () => undefined)).rejects.toMatchObject({
      message: expect.stringContaining(sentence),
    });
  });

  it('is told not to be there, or to be a directory', async () => {
    const { signal } = new AbortController();
    const read = (path: string) => withCheckedFile(path, signal, async () => undefined);
    await expect(read(join(directory, 'none.csv'))).rejects.toThrow('is not there: check the path');
    await expect(read(directory)).rejects.toThrow('is a directory');
  });

  it('is not blamed for other files', async () => {
    const fault = Object.assign(new Error('ENOENT: no such file, rename /other'), { code: 'ENOENT' });
    await expect(check('deviceId\na\n', async () => Promise.reject(fault))).rejects.toBe(fault);
  });

  (process.getuid?.() === 0 ? it.skip : it)('is told not to be readable', async () => {
    const path = join(directory, 'mine.csv');
    await writeFile(path, 'deviceId\na\n');
    await chmod(path, 0);
    await expect(withCheckedFile(path, new AbortController().signal, async () => 0)).rejects.toThrow(
      'may not be read by you',
    );
  });

  it('is refused with a bad line, unless those are to be left out', async () => {
    const content = `deviceId\n${Array.from({ length: 25 }, () => 'a b\n').join('')}c\n`;
    await check(content, (file) => {
      expect(() => assertFileIsGood(file, { skipBadLines: false })).toThrow(/has 25 bad lines: .*\nline 2: /);
      expect(() => assertFileIsGood(file, { skipBadLines: true })).not.toThrow();
      expect(describeProblems(file).split('\n')).toHaveLength(21);
      expect(describeProblems(file)).toMatch(/and 5 more$/);
    });
  });
});

it('bad lines are counted as people do', () => {
  expect([0, 1, 1_000].map(badLines)).toEqual(['0 bad lines', '1 bad line', '1,000 bad lines']);
});
