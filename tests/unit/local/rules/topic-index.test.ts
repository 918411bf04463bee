import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileTopicFilter } from '../../../../local/mqtt/topic-filter.ts';
import { TopicIndex } from '../../../../local/rules/topic-index.ts';

const level = fc.constantFrom('a', 'b', '', '$aws', '$');
const topics = fc.array(level, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const filters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 3 }), fc.constantFrom('a', '+', '#'))
  .map(([names, last]) => [...names, last].join('/'));

describe('the index of topic filters', () => {
  it('finds what each filter by itself matches, also after some are gone', () => {
    fc.assert(
      fc.property(fc.array(filters), fc.array(filters), topics, (kept, gone, topic) => {
        const index = new TopicIndex<string>();
        const all = [
          ...kept.map((filter) => ({ filter, isKept: true })),
          ...gone.map((filter) => ({ filter, isKept: false })),
        ];
        all.forEach(({ filter }, at) => {
          index.add(filter, `${at}`);
        });
        all.forEach(({ filter, isKept }, at) => {
          if (!isKept) index.delete(filter, `${at}`);
        });
        const expected = kept.flatMap((filter, at) => (compileTopicFilter(filter)(topic) ? [`${at}`] : []));

        expect([...index.match(topic)].sort()).toEqual(expected.sort());
      }),
    );
  });

  it('lets go of what it does not hold', () => {
    const index = new TopicIndex<number>();
    index.add('a/b', 1);
    index.delete('a/b/c', 1);
    index.delete('a', 1);

    expect(index.match('a/b')).toEqual([1]);
  });
});
