import type { Members } from '../../events/members.ts';
import type { InvokePermission } from '../definition.ts';
import type { LiveFunction } from '../live-function.ts';
import { statementOf } from '../permissions.ts';
import {
  type ApiContext,
  assertRevision,
  type Call,
  conflict,
  functionOf,
  NOTHING,
  notFound,
  type Operations,
} from './operation.ts';

interface Statement {
  readonly Sid: string;
}

function statementsOf({ definition }: LiveFunction): readonly Statement[] {
  return (definition.permissions ?? []).map(
    (permission, index) => statementOf(permission, definition.arn, index) as Statement,
  );
}

function addPermission(call: Call & { readonly members: Members }, context: ApiContext): object {
  const { members } = call;
  members.allow('Action', 'Principal', 'RevisionId', 'SourceAccount', 'SourceArn', 'StatementId');
  const live = functionOf(call, context);
  const { definition } = live;
  const statementId = members.text('StatementId', { max: 100, pattern: /^[\w-]+$/ });
  const sourceArn = members.optionalText('SourceArn', { pattern: /^arn:/ });
  const sourceAccount = members.optionalText('SourceAccount', { pattern: /^\d{12}$/ });
  const permission: InvokePermission = {
    statementId,
    action: members.text('Action', { pattern: /^(?:lambda:(?:[A-Za-z]+|\*)|\*)$/ }),
    principal: members.text('Principal', { pattern: /^[^\s]+$/ }),
    ...(sourceArn === undefined ? {} : { sourceArn }),
    ...(sourceAccount === undefined ? {} : { sourceAccount }),
  };
  assertRevision(members.optionalText('RevisionId'), live);
  if (statementsOf(live).some(({ Sid }) => Sid === statementId)) {
    throw conflict(
      `The statement id (${statementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  const permissions = [...(definition.permissions ?? []), permission];
  const statements = statementsOf(context.registry.put({ ...definition, permissions }));
  return { Statement: JSON.stringify(statements.at(-1)) };
}

function removePermission(call: Call, context: ApiContext): object {
  const live = functionOf(call, context);
  const statementId = call.labels['StatementId'] ?? '';
  const index = statementsOf(live).findIndex(({ Sid }) => Sid === statementId);
  if (index < 0) throw notFound(`Statement ${statementId} is not found in resource policy.`);
  assertRevision(call.query.get('RevisionId'), live);
  const { definition } = live;
  context.registry.put({ ...definition, permissions: (definition.permissions ?? []).toSpliced(index, 1) });
  return NOTHING;
}

function getPolicy(call: Call, context: ApiContext): object {
  const live = functionOf(call, context);
  const Statement = statementsOf(live);
  if (Statement.length === 0) throw notFound('The resource you requested does not exist.');
  const policy = { Version: '2012-10-17', Id: 'default', Statement };
  return { Policy: JSON.stringify(policy), RevisionId: live.revisionId };
}

const POLICY = '/2015-03-31/functions/{FunctionName}/policy';

export const permissionOperations: Operations = {
  AddPermission: { http: `POST ${POLICY}`, status: 201, answer: addPermission },
  RemovePermission: { http: `DELETE ${POLICY}/{StatementId}`, status: 204, answer: removePermission },
  GetPolicy: { http: `GET ${POLICY}`, answer: getPolicy },
};
