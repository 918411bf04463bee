import { ANY_CHARACTER, ANY_TEXT, matchTokens } from '../iot/policy/wildcards.ts';
import type { InvokePermission } from './definition.ts';
import { qualifiedArn } from './function-name.ts';
import type { LiveFunction } from './live-function.ts';

interface Invoking extends Invoker {
  /** As it is invoked: with a version or alias, or without. */
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

const FUNCTION_ARN = /^(arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:]+)(?::(.+))?$/;

/**
 * Whether the resource policy of a function lets a service invoke it. A permission holds for the ARN that it was given
 * for: of the function, of a version or of an alias.
 * https://docs.aws.amazon.com/lambda/latest/dg/using-aliases.html
 */
export function mayInvoke(
  functions: readonly LiveFunction[],
  { functionArn, ...invoker }: Invoking,
): boolean {
  const [, arn, qualifier] = FUNCTION_ARN.exec(functionArn) ?? [];
  const permissions = functions.find(({ definition }) => definition.arn === arn)?.definition.permissions;
  return (permissions ?? []).some(
    (permission) => permission.qualifier === qualifier && permits(permission, invoker),
  );
}

/** Whether a permission is one to invoke, and is given to a service. */
export function permits(permission: InvokePermission, { principal, sourceArn, accountId }: Invoker): boolean {
  return (
    [principal, '*'].includes(permission.principal) &&
    ['lambda:InvokeFunction', 'lambda:*', '*'].includes(actionOf(permission)) &&
    (permission.sourceArn === undefined || isLike(permission.sourceArn, sourceArn)) &&
    (permission.sourceAccount ?? accountId) === accountId
  );
}

const actionOf = ({ action = 'lambda:InvokeFunction' }: InvokePermission) => action;

/** `ArnLike`. */
function isLike(pattern: string, arn: string): boolean {
  const tokens = pattern
    .split(/([*?])/)
    .map((part) => (part === '*' ? ANY_TEXT : part === '?' ? ANY_CHARACTER : part));
  return matchTokens(tokens)(arn);
}

/**
 * A statement of a function's resource policy.
 * https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
export function statementOf(permission: InvokePermission, functionArn: string, index: number): object {
  const { principal, qualifier, sourceArn, sourceAccount, statementId } = permission;
  const condition = {
    ...(sourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
    ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
  };
  return {
    Sid: statementId ?? `statement-${index + 1}`,
    Effect: 'Allow',
    Principal: principalOf(principal),
    Action: actionOf(permission),
    Resource: qualifiedArn(functionArn, qualifier),
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

function principalOf(principal: string): unknown {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}
