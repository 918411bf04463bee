import { compilePattern } from '@device-lifecycle/local/event-pattern/compile-pattern.ts';
import { packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { describe, expect, it } from '@jest/globals';
import { compileFilter } from '../../src/dead-letters/event-filter.ts';
import { RefusedLetter } from '../../src/errors.ts';

const inserted = {
  eventName: 'INSERT',
  dynamodb: { NewImage: { pendingSince: { N: '1' }, id: { S: 'dev-1' } } },
};
const events = [
  inserted,
  { ...inserted, eventName: 'MODIFY' },
  {
    ...inserted,
    eventName: 'REMOVE',
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  },
  { eventName: 'INSERT', dynamodb: { NewImage: { id: { S: 'serialNumber#1' } } } },
  { eventName: 'INSERT', dynamodb: {} },
  { eventName: null },
  {},
];

describe("an event source mapping's filter", () => {
  it.each([
    { eventName: ['INSERT'], dynamodb: { NewImage: { pendingSince: { N: [{ exists: true }] } } } },
    { dynamodb: { NewImage: { pendingSince: { N: [{ exists: false }] } } } },
    { dynamodb: { NewImage: { pendingSince: [{ exists: false }] } } },
    { eventName: ['INSERT', 'REMOVE'] },
    { eventName: [null] },
    { eventName: [{ 'anything-but': 'INSERT' }] },
    { eventName: [{ 'anything-but': ['INSERT', 'MODIFY'] }] },
    { dynamodb: { NewImage: { id: { S: [{ prefix: 'serialNumber#' }] } } } },
    { userIdentity: { type: ['Service'] } },
  ])('%j lets through what the laptop runtime lets through', (pattern) => {
    const matches = compileFilter(pattern);
    const expectMatch = compilePattern(JSON.stringify(pattern));
    const expected = events.map((event) => expectMatch(event));
    expect(expected).toContain(true);
    expect(events.map(matches)).toEqual(expected);
  });

  it.each([
    { eventName: [{ numeric: ['>', 1] }] },
    { $or: [{ eventName: ['INSERT'] }] },
    { eventName: 'INSERT' },
  ])('%j is refused, not misunderstood', (pattern) => {
    expect(() => compileFilter(pattern)).toThrow(RefusedLetter);
  });

  it('can be applied for every mapping of the packaged template', async () => {
    const { stack } = await packagedTemplate();
    const filters = stack.eventSourceMappings.flatMap((mapping) => mapping.filters);
    expect(filters.length).toBeGreaterThan(0);
    for (const filter of filters) expect(() => compileFilter(JSON.parse(filter))).not.toThrow();
  }, 120_000); // nobody may have packaged the service yet
});
