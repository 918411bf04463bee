import { expect, test } from '@jest/globals';
import { buildPage } from '../../../../console/server/page-files.ts';

const MAX_BYTES = 150 * 1_024;

test('the page is at most 150 KB, compressed', () => {
  const { compressedBytes } = buildPage();

  expect(compressedBytes).toBeGreaterThan(10 * 1_024);
  expect(compressedBytes).toBeLessThanOrEqual(MAX_BYTES);
});

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['', null],
])('the page for who takes "%s" is encoded as %p', async (accepted, encoding) => {
  expect(buildPage().respond('/', accepted).headers.get('content-encoding')).toBe(encoding);
});
