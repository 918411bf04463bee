import type { TopicRule } from '../../rules/topic-rules.ts';
import { invalidRequest, notFound } from '../errors.ts';
import type { Input } from './input.ts';
import { type ApiContext, NOTHING, type Operations } from './operation.ts';
import { tokenPage } from './page.ts';
import { checkTags } from './tags.ts';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_TagResource.html and its neighbours */
export const tagOperations: Operations = {
  TagResource: {
    http: 'POST /tags',
    members: ['resourceArn', 'tags'],
    answer: (input, context) => {
      const rule = taggedRule(input, context);
      const added = checkTags(input.objects('tags', ['Key', 'Value']).map(entryOf));
      context.topicRules.tag(rule, checkTags(Object.entries({ ...rule.tags, ...added })));
      return NOTHING;
    },
  },
  UntagResource: {
    http: 'POST /untag',
    members: ['resourceArn', 'tagKeys'],
    answer: (input, context) => {
      const rule = taggedRule(input, context);
      const removed = input.optionalTexts('tagKeys') ?? [];
      const left = Object.entries(rule.tags).filter(([key]) => !removed.includes(key));
      context.topicRules.tag(rule, Object.fromEntries(left));
      return NOTHING;
    },
  },
  ListTagsForResource: {
    http: 'GET /tags',
    members: ['resourceArn', 'nextToken'],
    answer: (input, context) => {
      const tags = Object.entries(taggedRule(input, context).tags)
        .map(([Key, Value]) => ({ Key, Value }))
        .sort((one, other) => (one.Key < other.Key ? -1 : 1));
      const { items, next } = tokenPage(tags, input, ({ Key }) => Key);
      return { tags: items, ...next };
    },
  },
};

function taggedRule(input: Input, { registry, topicRules }: ApiContext): TopicRule {
  const resourceArn = input.text('resourceArn');
  const { type, id } = registry.arns.parse(resourceArn);
  if (type !== 'rule') {
    throw invalidRequest(`The laptop keeps tags of topic rules alone: ${resourceArn} is none.`);
  }
  const rule = topicRules.find(id);
  if (rule === undefined) throw notFound(`The resource ${resourceArn} does not exist.`);
  return rule;
}

/** A tag may do without a value. */
function entryOf(tag: Input): readonly [string, string] {
  return [tag.text('Key'), tag.optionalText('Value') ?? ''];
}
