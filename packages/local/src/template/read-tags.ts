import type { Json } from './json.ts';
import type { Fields } from './resolved-resource.ts';
import { TemplateError } from './template-error.ts';

/**
 * The `Tags` of a resource, a list of `{ Key, Value }`; none where it has none. Numbers and truth values become text, as
 * CloudFormation has them. Throws {@link TemplateError}.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
 */
export function readTags(properties: Fields): Readonly<Record<string, string>> {
  if (properties.json['Tags'] === undefined) return {};
  const tags = properties.objects('Tags').map(({ Key, Value }, index) => {
    const path = `${properties.path}.Tags[${index}]`;
    return [textOf(Key, `${path}.Key`), textOf(Value, `${path}.Value`)] as const;
  });
  return Object.fromEntries(tags);
}

function textOf(value: Json | undefined, path: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  throw new TemplateError(path, value === undefined ? 'is missing' : 'must be text');
}
