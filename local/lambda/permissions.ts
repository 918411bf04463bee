import { ANY_CHARACTER, ANY_TEXT, matchTokens } from '../iot/policy/wildcards.ts';
import type { InvokePermission } from './definition.ts';
import type { LiveFunction } from './live-function.ts';

interface Invoking {
  readonly functionArn: string;
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
  { functionArn, principal, sourceArn, accountId }: Invoking,
): boolean {
  const permissions = functions.find(({ definition }) => definition.arn === functionArn)?.definition
    .permissions;
  return (permissions ?? []).some(
    (permission) =>
      permission.principal === principal &&
      ['lambda:InvokeFunction', 'lambda:*', '*'].includes(actionOf(permission)) &&
      (permission.sourceArn === undefined || isLike(permission.sourceArn, sourceArn)) &&
      (permission.sourceAccount ?? accountId) === accountId,
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
  const { principal, sourceArn, sourceAccount, statementId } = permission;
  const condition = {
    ...(sourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
    ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
  };
  return {
    Sid: statementId ?? `statement-${index + 1}`,
    Effect: 'Allow',
    Principal: principalOf(principal),
    Action: actionOf(permission),
    Resource: functionArn,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

function principalOf(principal: string): unknown {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}
