import type { Members } from '../../protocol/members.ts';
import type { LiveFunction } from '../live-function.ts';
import { type ApiContext, type Call, invalidParameter, NOTHING, type Operations } from './operation.ts';

const FUNCTION_ARN = /^arn:aws[\w-]*:lambda:[^:]+:\d{12}:function:[\w-]+$/;
const MAX_TAGS = 50;

function taggedOf({ labels }: Call, { registry }: ApiContext): LiveFunction {
  const arn = labels['Resource'] ?? '';
  if (FUNCTION_ARN.test(arn)) return registry.find(arn);
  throw invalidParameter(`Of Lambda, the laptop runtime tags functions alone, and ${arn} is none's ARN.`);
}

function tagResource(call: Call & { readonly members: Members }, context: ApiContext): object {
  const { definition } = taggedOf(call, context);
  call.members.allow('Tags');
  const tags = { ...definition.tags, ...call.members.optionalTextMap('Tags') };
  if (Object.keys(tags).length > MAX_TAGS) throw invalidParameter(`A function has ${MAX_TAGS} tags at most.`);
  context.registry.put({ ...definition, tags });
  return NOTHING;
}

function untagResource(call: Call, context: ApiContext): object {
  const { definition } = taggedOf(call, context);
  const keys = new Set(call.query.getAll('tagKeys'));
  const tags = Object.entries(definition.tags ?? {}).filter(([key]) => !keys.has(key));
  context.registry.put({ ...definition, tags: Object.fromEntries(tags) });
  return NOTHING;
}

const TAGS = '/2017-03-31/tags/{Resource}';

export const tagOperations: Operations = {
  ListTags: {
    http: `GET ${TAGS}`,
    answer: (call, context) => ({ Tags: taggedOf(call, context).definition.tags ?? {} }),
  },
  TagResource: { http: `POST ${TAGS}`, status: 204, answer: tagResource },
  UntagResource: { http: `DELETE ${TAGS}`, status: 204, answer: untagResource },
};
