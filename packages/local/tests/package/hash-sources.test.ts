import { describe, expect, it } from '@jest/globals';
import { hashSources } from '../../src/package/package-service.ts';

const file = (path: string, content: string) => ({ path, content: Buffer.from(content) });
const settings = { stage: 'dev', region: 'us-east-1' };

describe('the hash of a package', () => {
  const hash = hashSources([file('a.ts', 'one'), file('b.ts', 'two')], settings);

  it('is the same for the same sources and settings, in whatever order the settings come', () => {
    const again = hashSources([file('a.ts', 'one'), file('b.ts', 'two')], {
      region: 'us-east-1',
      stage: 'dev',
    });
    expect(again).toBe(hash);
  });

  it.each([
    ['a content', [file('a.ts', 'one'), file('b.ts', 'two!')], settings],
    ['a name', [file('a.ts', 'one'), file('c.ts', 'two')], settings],
    ['a file that is gone', [file('a.ts', 'one')], settings],
    ['a border between contents', [file('a.ts', 'onet'), file('b.ts', 'wo')], settings],
    ['a setting', [file('a.ts', 'one'), file('b.ts', 'two')], { ...settings, stage: 'prod' }],
  ])('changes with %s', (_what, sources, changedSettings) => {
    expect(hashSources(sources, changedSettings)).not.toBe(hash);
  });
});
