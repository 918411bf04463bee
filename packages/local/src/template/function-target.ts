import { permits } from '../lambda/permissions.ts';
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

/** What a service does in the name of a resource: invoke a function. */
export interface Invocation {
  readonly functionArn: string;
  /** `events.amazonaws.com` … */
  readonly principal: string;
  /** The rule, the topic … */
  readonly sourceArn: string;
}

/** Without a permission, AWS would drop what is sent. */
export function assertMayInvoke(
  { functionArn, principal, sourceArn }: Invocation,
  functions: readonly FunctionResource[],
  path: string,
): void {
  const permissions = functions.find(({ arn }) => arn === functionArn)?.permissions ?? [];
  const accountId = sourceArn.split(':')[4] ?? '';
  if (permissions.some((permission) => permits(permission, { principal, sourceArn, accountId }))) return;
  throw new TemplateError(
    path,
    `no AWS::Lambda::Permission lets ${principal} invoke ${functionArn} for ${sourceArn}: add one`,
  );
}
