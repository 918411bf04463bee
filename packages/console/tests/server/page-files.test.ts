import { brotliDecompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildPage, type PageFiles } from '../../src/server/page-files.ts';

const KB = 1_024;

describe('the files of the page', () => {
  let page: PageFiles;
  beforeAll(() => {
    page = buildPage();
  });

  const load = async (path: string) => {
    const response = page.respond(path, 'gzip, br');
    const compressed = Buffer.from(await response.arrayBuffer());
    return { headers: response.headers, compressed, text: brotliDecompressSync(compressed).toString() };
  };

  it('are small, and what draws charts comes after what is seen first', async () => {
    const index = await load('/');
    const paths = [...index.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    const files = await Promise.all(paths.map(load));

    expect(paths.map((path) => path.replace(/-\w+\./, '.')).sort()).toEqual(['/main.css', '/main.js']);
    const firstBytes = [index, ...files].reduce((sum, { compressed }) => sum + compressed.byteLength, 0);
    expect(firstBytes).toBeLessThan(90 * KB);
    expect(page.compressedBytes).toBeLessThan(150 * KB);

    const script = files.find(({ headers }) => headers.get('content-type')?.startsWith('text/javascript'));
    const [, plot = ''] = /import\("\.(\/plot-\w+\.js)"\)/.exec(script?.text ?? '') ?? [];
    expect((await load(plot)).text).toContain('u-over');
    expect(script?.text).not.toContain('u-over');
  });

  it('are kept by browsers, but for the page itself, which every other path leads to', async () => {
    const { headers, text } = await load('/devices/a%20device');
    expect(text).toBe((await load('/')).text);
    expect(headers.get('cache-control')).toBe('no-cache');
    const [script = ''] = /\/main-\w+\.js/.exec(text) ?? [];
    expect((await load(script)).headers.get('cache-control')).toContain('immutable');
  });

  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['', null],
  ])('for who takes "%s" are encoded as %p', (accepted, encoding) => {
    expect(page.respond('/', accepted).headers.get('content-encoding')).toBe(encoding);
  });
});
