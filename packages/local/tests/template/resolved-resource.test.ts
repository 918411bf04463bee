import { describe, expect, it } from '@jest/globals';
import { fieldsOf, readTags } from '../../src/template/resolved-resource.ts';
import type { JsonObject } from '../../src/template/template.ts';

const read = (properties: JsonObject) => readTags(fieldsOf(properties, 'Resources.R.Properties'));

describe("a resource's tags", () => {
  it('are none where there are none', () => {
    expect(read({})).toEqual({});
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
  it('are text, also where the template has a number or a truth value', () => {
    const Tags = [
      { Key: 'team', Value: 'shop' },
      { Key: 'cost', Value: 42 },
      { Key: 'old', Value: false },
    ];
    expect(read({ Tags })).toEqual({ team: 'shop', cost: '42', old: 'false' });
  });

  it.each([
    [[{ Key: 'team' }], 'Resources.R.Properties.Tags[0].Value: is missing'],
    [[{ Key: 'a', Value: 'b' }, { Value: 'c' }], 'Resources.R.Properties.Tags[1].Key: is missing'],
    [[{ Key: 'team', Value: {} }], 'Resources.R.Properties.Tags[0].Value: must be text'],
    [{ team: 'shop' }, 'Resources.R.Properties.Tags: must be a list of objects'],
  ])('%j are refused', (Tags, message) => {
    expect(() => read({ Tags })).toThrow(message);
  });
});
