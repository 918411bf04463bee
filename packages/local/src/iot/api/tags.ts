import { invalidRequest, limitExceeded } from '../errors.ts';

export type Tags = Readonly<Record<string, string>>;

/** https://docs.aws.amazon.com/iot/latest/developerguide/tagging-iot.html, "Tag restrictions and limitations" */
const MAX_TAGS = 50;
const KEY = /^([\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128})$/u;
const VALUE = /^([\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256})$/u;

/** Of the header `x-amz-tagging`: `key1=value1&key2=value2`. Throws as {@link checkTags} does. */
export function tagsOfHeader(header: string | undefined): Tags {
  const entries = [...new URLSearchParams(header ?? '')];
  return checkTags(entries);
}

/** Throws `InvalidRequestException` for a tag that is none, and `LimitExceededException` for too many. */
export function checkTags(entries: readonly (readonly [key: string, value: string])[]): Tags {
  const tags = new Map<string, string>();
  for (const [key, value] of entries) {
    if (!KEY.test(key) || key.toLowerCase().startsWith('aws:')) {
      throw invalidRequest(
        `The tag key '${key}' must have 1 to 128 letters, digits, spaces or any of _.:/=+-@, and must not begin with aws:.`,
      );
    }
    if (!VALUE.test(value)) {
      throw invalidRequest(
        `The value of the tag ${key} must have at most 256 letters, digits, spaces or any of _.:/=+-@.`,
      );
    }
    if (tags.has(key)) throw invalidRequest(`The tag key ${key} is there twice.`);
    tags.set(key, value);
  }
  if (tags.size > MAX_TAGS) throw limitExceeded(`A resource may have ${MAX_TAGS} tags.`);
  return Object.fromEntries(tags);
}
