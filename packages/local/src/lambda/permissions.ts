import { ANY_CHARACTER, ANY_TEXT, matchTokens } from '../iot/policy/template.ts';
import type { InvokePermission } from './definition.ts';
import type { LiveFunction } from './live-function.ts';

interface Invoking extends Invoker {
  readonly functionArn: string;
}

/** What invokes a function. */
export interface Invoker {
  /** A service's domain, such as `iot.amazonaws.com`. */
  readonly principal: string;
  /** Of what the service invokes the function for, such as a rule. */
  readonly sourceArn: string;
  /** Whose that is. */
  readonly accountId: string;
}

/** Whether the resource policy of a function lets a service invoke it. */
export function mayInvoke(
  functions: readonly LiveFunction[],
  { functionArn, ...invoker }: Invoking,
): boolean {
  const permissions = functions.find(({ definition }) => definition.arn === functionArn)?.definition
    .permissions;
  return (permissions ?? []).some((permission) => permits(permission, invoker));
}

/** Whether a permission is given to a service. */
export function permits(permission: InvokePermission, { principal, sourceArn, accountId }: Invoker): boolean {
  return (
    [principal, '*'].includes(permission.principal) &&
    (permission.sourceArn === undefined || isLike(permission.sourceArn, sourceArn)) &&
    (permission.sourceAccount ?? accountId) === accountId
  );
}

/** `ArnLike`. */
function isLike(pattern: string, arn: string): boolean {
  const tokens = pattern
    .split(/([*?])/)
    .map((part) => (part === '*' ? ANY_TEXT : part === '?' ? ANY_CHARACTER : part));
  return matchTokens(tokens)(arn);
}
