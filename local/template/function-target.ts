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

/** Without a permission, AWS would drop what the rule sends. */
export function assertRuleMayInvoke(
  functionArn: string,
  ruleArn: string,
  functions: readonly FunctionResource[],
  path: string,
): void {
  const permissions = functions.find(({ arn }) => arn === functionArn)?.permissions ?? [];
  const isPermitted = permissions.some(
    ({ principal, sourceArn = ruleArn }) => principal === 'events.amazonaws.com' && sourceArn === ruleArn,
  );
  if (isPermitted) return;
  throw new TemplateError(
    path,
    `no AWS::Lambda::Permission lets events.amazonaws.com invoke ${functionArn} for this rule: add one`,
  );
}
