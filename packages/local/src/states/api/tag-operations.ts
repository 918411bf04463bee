import { AwsError } from '../../aws.ts';
import type { JsonObject } from '../json.ts';
import type { Tag } from '../machine-record.ts';
import { tagsOf, withTags } from './machine-request.ts';
import type { ApiContext } from './operations.ts';
import { invalid, requiredArn } from './request.ts';

/** What has tags: a state machine or an activity. */
interface Tagged {
  readonly tags: readonly Tag[];
  note(tags: readonly Tag[]): void;
}

/** ListTagsForResource. */
export function listTagsForResource(request: JsonObject, context: ApiContext): object {
  return { tags: taggedOf(requiredArn(request, 'resourceArn'), context).tags };
}

/** TagResource. */
export function tagResource(request: JsonObject, context: ApiContext): object {
  const arn = requiredArn(request, 'resourceArn');
  if (request['tags'] === undefined) throw invalid('tags', 'Member must not be null');
  const added = tagsOf(request);
  const tagged = taggedOf(arn, context);
  tagged.note(withTags(tagged.tags, added, arn));
  return {};
}

/** UntagResource. */
export function untagResource(request: JsonObject, context: ApiContext): object {
  const { tagKeys } = request;
  if (!Array.isArray(tagKeys)) throw invalid('tagKeys', 'Member must not be null');
  const tagged = taggedOf(requiredArn(request, 'resourceArn'), context);
  tagged.note(tagged.tags.filter(({ key }) => !tagKeys.includes(key)));
  return {};
}

/** Throws `InvalidArn` and `ResourceNotFound`: versions and aliases have no tags. */
function taggedOf(arn: string, { requireTaggableArn, registry, activities }: ApiContext): Tagged {
  requireTaggableArn(arn);
  const machine = registry.record(arn);
  if (machine !== undefined) {
    return { tags: machine.tags, note: (tags) => registry.note({ ...machine, tags }) };
  }
  const activity = activities.get(arn);
  if (activity === undefined) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
  return { tags: activity.tags, note: (tags) => activities.put({ ...activity, tags }) };
}
