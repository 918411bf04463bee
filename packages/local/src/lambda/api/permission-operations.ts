import type { Members } from '../../protocol/members.ts';
import { type InvokePermission, LATEST } from '../definition.ts';
import type { LiveFunction } from '../live-function.ts';
import { statementOf } from '../permissions.ts';
import {
  type ApiContext,
  assertRevision,
  type Call,
  conflict,
  invalidParameter,
  NOTHING,
  notFound,
  type Operations,
  qualifiedOf,
} from './operation.ts';

interface Statement {
  readonly Sid: string;
}

/** What a policy is of: the function itself, a version or an alias, each with a policy of its own. */
interface PolicyOwner {
  /** The function, which holds the policies of all. */
  readonly live: LiveFunction;
  readonly qualifier: string | undefined;
}

function ownerOf(call: Call, context: ApiContext): PolicyOwner {
  const { live, qualifier } = qualifiedOf(call, context);
  const latest = context.registry.find(live.definition.arn);
  return { live: latest, qualifier };
}

function statementsOf({ live: { definition }, qualifier }: PolicyOwner): readonly Statement[] {
  return (definition.permissions ?? [])
    .filter((permission) => permission.qualifier === qualifier)
    .map((permission, index) => statementOf(permission, definition.arn, index) as Statement);
}

function addPermission(call: Call & { readonly members: Members }, context: ApiContext): object {
  const { members } = call;
  members.allow('Action', 'Principal', 'RevisionId', 'SourceAccount', 'SourceArn', 'StatementId');
  const owner = ownerOf(call, context);
  const { live, qualifier } = owner;
  if (qualifier === LATEST) {
    throw invalidParameter('We currently do not support adding policies for $LATEST.');
  }
  const { definition } = live;
  const statementId = members.text('StatementId', { max: 100, pattern: /^[\w-]+$/ });
  const sourceArn = members.optionalText('SourceArn', { pattern: /^arn:/ });
  const sourceAccount = members.optionalText('SourceAccount', { pattern: /^\d{12}$/ });
  const permission: InvokePermission = {
    ...(qualifier === undefined ? {} : { qualifier }),
    statementId,
    action: members.text('Action', { pattern: /^(?:lambda:(?:[A-Za-z]+|\*)|\*)$/ }),
    principal: members.text('Principal', { pattern: /^[^\s]+$/ }),
    ...(sourceArn === undefined ? {} : { sourceArn }),
    ...(sourceAccount === undefined ? {} : { sourceAccount }),
  };
  assertRevision(members.optionalText('RevisionId'), live);
  if (statementsOf(owner).some(({ Sid }) => Sid === statementId)) {
    throw conflict(
      `The statement id (${statementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  const permissions = [...(definition.permissions ?? []), permission];
  const changed = context.registry.put({ ...definition, permissions });
  const statements = statementsOf({ live: changed, qualifier });
  return { Statement: JSON.stringify(statements.at(-1)) };
}

function removePermission(call: Call, context: ApiContext): object {
  const owner = ownerOf(call, context);
  const statementId = call.labels['StatementId'] ?? '';
  const index = statementsOf(owner).findIndex(({ Sid }) => Sid === statementId);
  if (index < 0) throw notFound(`Statement ${statementId} is not found in resource policy.`);
  const { live, qualifier } = owner;
  assertRevision(call.query.get('RevisionId'), live);
  const { permissions = [] } = live.definition;
  const removed = permissions.filter((permission) => permission.qualifier === qualifier)[index];
  const left = permissions.filter((permission) => permission !== removed);
  context.registry.put({ ...live.definition, permissions: left });
  return NOTHING;
}

function getPolicy(call: Call, context: ApiContext): object {
  const owner = ownerOf(call, context);
  const Statement = statementsOf(owner);
  if (Statement.length === 0) throw notFound('The resource you requested does not exist.');
  const policy = { Version: '2012-10-17', Id: 'default', Statement };
  return { Policy: JSON.stringify(policy), RevisionId: owner.live.revisionId };
}

/** A version or an alias is gone, and its policy with it. */
export function forgetPolicy(
  { live: { definition }, qualifier }: PolicyOwner,
  { registry }: ApiContext,
): void {
  const { permissions = [] } = definition;
  const left = permissions.filter((permission) => permission.qualifier !== qualifier);
  if (left.length < permissions.length) registry.put({ ...definition, permissions: left });
}

const POLICY = '/2015-03-31/functions/{FunctionName}/policy';

export const permissionOperations: Operations = {
  AddPermission: { http: `POST ${POLICY}`, status: 201, answer: addPermission },
  RemovePermission: { http: `DELETE ${POLICY}/{StatementId}`, status: 204, answer: removePermission },
  GetPolicy: { http: `GET ${POLICY}`, answer: getPolicy },
};
