import type { Fields } from './resolved-resource.ts';
import type { FunctionResource } from './stack.ts';
import { TemplateError } from './template-error.ts';

/** The ARN of the template's function that the field names or gives the unqualified ARN of. */
export function functionArnOf(fields: Fields, field: string, functions: readonly FunctionResource[]): string {
  const reference = fields.text(field);
  const found = functions.find(({ arn, functionName }) => [arn, functionName].includes(reference));
  if (found !== undefined) return found.arn;
  throw new TemplateError(
    `${fields.path}.${field}`,
    `must be a function of the template, without a version or an alias, and ${reference} is none`,
  );
}
