import { describe, expect, it } from '@jest/globals';
import { compileTopicFilter, isTopicFilter } from '../../src/mqtt/topics.ts';

describe('compileTopicFilter (developer guide, "MQTT topics")', () => {
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
    expect(compileTopicFilter(filter)(topic)).toBe(matches);
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
