import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTopicFilter, TopicTree } from '../../src/mqtt/topics.ts';

/** What a filter matches by itself, said in one line. */
const compileTopicFilter = (filter: string) => {
  const pattern = filter
    .replaceAll('$', '\\$')
    .replace(/^(?=[+#])/, '(?!\\$)')
    .replaceAll('+', '[^/]*')
    .replace(/#$/, '.*');
  return (topic: string) => new RegExp(`^${pattern}$`).test(topic);
};

describe('a topic filter (developer guide, "MQTT topics")', () => {
  it.each([
    ['sensor/#', 'sensor/', true],
    ['sensor/#', 'sensor/temperature/room1', true],
    ['sensor/#', 'sensor', false],
    ['sensor/+/room1', 'sensor/temperature/room1', true],
    ['sensor/+/room1', 'sensor/temperature/x/room1', false],
    ['sensor/+', 'sensor/', true],
    ['sensor/+', 'sensor', false],
    ['Sensor', 'sensor', false],
    ['#', 'a/b', true],
    ['#', '$aws/events/presence/connected/a', false],
    ['+/events', '$aws/events', false],
    ['$aws/events/#', '$aws/events/presence', true],
    ['$aws/+/presence', '$aws/events/presence', true],
  ])('%s matches %s: %p', (filter, topic, matches) => {
    const tree = new TopicTree<string>();
    tree.add(filter, filter);
    expect(tree.match(topic)).toEqual(matches ? [filter] : []);
  });
});

describe('isTopicFilter', () => {
  it.each([
    ['a/+/b/#', true],
    ['#', true],
    ['a//b', true],
    ['', false],
    ['a/#/b', false],
    ['a+/b', false],
    ['a/b#', false],
  ])('%p: %p', (filter, valid) => {
    expect(isTopicFilter(filter)).toBe(valid);
  });
});

const level = fc.constantFrom('', 'a', 'b', '$aws');
const topics = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
  .map(([levels, isOpen]) => (isOpen || levels.length === 0 ? [...levels, '#'] : levels).join('/'));

describe('a tree of topic filters', () => {
  it('finds what each filter by itself matches, after additions and removals', () => {
    fc.assert(
      fc.property(fc.array(filters), fc.array(filters), topics, (kept, removed, topic) => {
        const tree = new TopicTree<string>();
        for (const filter of [...kept, ...removed]) {
          tree.add(filter, filter);
          tree.match(topic);
        }
        for (const filter of removed) tree.delete(filter, filter);
        const left = [...new Set(kept)].filter((filter) => !removed.includes(filter));
        const expected = left.filter((filter) => compileTopicFilter(filter)(topic));
        expect([...tree.match(topic)].sort()).toEqual(expected.sort());
      }),
    );
  });

  it('lets go of what it does not hold', () => {
    const tree = new TopicTree<number>();
    tree.add('a/+', 1);
    for (const filter of ['a/b/c', 'a', 'a/#', 'a/+/c', '#']) tree.delete(filter, 1);
    tree.delete('a/+', 2);

    expect(tree.match('a/b')).toEqual([1]);
  });
});
