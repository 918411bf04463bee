import { expect, it } from '@jest/globals';
import { spanOf } from '../../../../src/page/views/queries/period.ts';

const NOW_MS = Date.parse('2026-11-26T12:00:00Z');
const none = { fromText: '', untilText: '' };

it('ends now, or where it is said to', () => {
  expect(spanOf('3h', none, NOW_MS)).toEqual({ from: NOW_MS / 1_000 - 10_800 });
  const texts = { fromText: '2026-11-25T00:00:00Z', untilText: '2026-11-25T01:00:00Z' };
  expect(spanOf('custom', texts, NOW_MS)).toEqual({ from: 1_795_564_800, until: 1_795_568_400 });
});

it('is none where it ends before it begins, or has no ends', () => {
  const texts = { fromText: '2026-11-25T01:00:00Z', untilText: '2026-11-25T01:00:00Z' };
  expect(spanOf('custom', texts, NOW_MS)).toBeUndefined();
  expect(spanOf('custom', none, NOW_MS)).toBeUndefined();
});
