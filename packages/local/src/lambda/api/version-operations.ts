import type { Members } from '../../protocol/members.ts';
import { LATEST } from '../definition.ts';
import type { Alias } from '../function-versions.ts';
import { configurationOf } from './configuration.ts';
import {
  type ApiContext,
  assertRevision,
  type Call,
  conflict,
  functionOf,
  invalidParameter,
  NOTHING,
  notFound,
  type Operations,
  pageOf,
} from './operation.ts';
import { forgetPolicy } from './permission-operations.ts';

type MembersCall = Call & { readonly members: Members };

const MAX_PAGE = 50;
const NAME = /^(?!\d+$)[\w-]+$/;

/** A function that has not changed since its last version has that one again. */
function publishVersion(call: MembersCall, context: ApiContext): object {
  const { members } = call;
  members.allow('CodeSha256', 'Description', 'RevisionId');
  const live = functionOf(call, context);
  assertRevision(members.optionalText('RevisionId'), live);
  const expected = members.optionalText('CodeSha256');
  const { code } = live.definition;
  if (expected !== undefined && code !== undefined && expected !== code.codeSha256) {
    throw invalidParameter(
      `CodeSHA256 (${expected}) is different from current CodeSHA256 in $LATEST (${code.codeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
    );
  }
  const description = members.optionalText('Description', { min: 0, max: 256 });
  return configurationOf(context.registry.publish(live, description), context.layers);
}

function listVersions(call: Call, context: ApiContext): object {
  const live = functionOf(call, context);
  const all = [live, ...context.registry.versions.of(live.definition.functionName)];
  const { page, next } = pageOf(all, call.query, {
    keyOf: ({ definition: { version } }) => (version ?? '0').padStart(9, '0'),
    most: MAX_PAGE,
  });
  const versions = page.map((one) => configurationOf(one, context.layers, one.definition.version ?? LATEST));
  return { Versions: versions, ...next };
}

function describe(alias: Alias, functionArn: string): object {
  return {
    AliasArn: `${functionArn}:${alias.name}`,
    Name: alias.name,
    FunctionVersion: alias.functionVersion,
    Description: alias.description,
    RevisionId: alias.revisionId,
  };
}

/** Throws `ResourceNotFoundException`. */
function aliasOf(call: Call, context: ApiContext): Alias {
  const { arn, functionName } = functionOf(call, context).definition;
  const name = call.labels['Name'] ?? '';
  const found = context.registry.versions.aliasesOf(functionName).find((alias) => alias.name === name);
  if (found !== undefined) return found;
  throw notFound(`Cannot find alias arn: ${arn}:${name}`);
}

/** Throws for a version that is not there. */
function versionOf(version: string, call: Call, context: ApiContext): string {
  const { functionName, arn } = functionOf(call, context).definition;
  const versions = context.registry.versions.of(functionName);
  if (version === LATEST || versions.some(({ definition }) => definition.version === version)) return version;
  throw notFound(`Function not found: ${arn}:${version}`);
}

function refuseRouting(members: Members): void {
  const weights = members.optionalObject('RoutingConfig')?.optionalObject('AdditionalVersionWeights');
  if (weights === undefined || Object.keys(weights.json).length === 0) return;
  throw invalidParameter(
    'The laptop runtime sends what is for an alias to one version: leave RoutingConfig out.',
  );
}

function createAlias(call: MembersCall, context: ApiContext): object {
  const { members } = call;
  members.allow('Description', 'FunctionVersion', 'Name', 'RoutingConfig');
  const { functionName, arn } = functionOf(call, context).definition;
  const name = members.text('Name', { max: 128, pattern: NAME });
  refuseRouting(members);
  const functionVersion = versionOf(members.text('FunctionVersion', { max: 1024 }), call, context);
  if (context.registry.versions.aliasesOf(functionName).some((alias) => alias.name === name)) {
    throw conflict(`Alias already exists: ${arn}:${name}`);
  }
  const description = members.optionalText('Description', { min: 0, max: 256 }) ?? '';
  return describe(
    context.registry.versions.putAlias(functionName, { name, functionVersion, description }),
    arn,
  );
}

function updateAlias(call: MembersCall, context: ApiContext): object {
  const { members } = call;
  members.allow('Description', 'FunctionVersion', 'RevisionId', 'RoutingConfig');
  const { functionName, arn } = functionOf(call, context).definition;
  const alias = aliasOf(call, context);
  assertRevision(members.optionalText('RevisionId'), alias);
  refuseRouting(members);
  const version = members.optionalText('FunctionVersion', { max: 1024 }) ?? alias.functionVersion;
  const changed = context.registry.versions.putAlias(functionName, {
    name: alias.name,
    functionVersion: versionOf(version, call, context),
    description: members.optionalText('Description', { min: 0, max: 256 }) ?? alias.description,
  });
  return describe(changed, arn);
}

function deleteAlias(call: Call, context: ApiContext): object {
  const live = functionOf(call, context);
  const alias = call.labels['Name'] ?? '';
  context.registry.versions.removeAlias(live.definition.functionName, alias);
  forgetPolicy({ live, qualifier: alias }, context);
  return NOTHING;
}

function listAliases(call: Call, context: ApiContext): object {
  const { functionName, arn } = functionOf(call, context).definition;
  const version = call.query.get('FunctionVersion');
  const aliases = context.registry.versions
    .aliasesOf(functionName)
    .filter(({ functionVersion }) => version === null || functionVersion === version)
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const { page, next } = pageOf(aliases, call.query, { keyOf: ({ name }) => name, most: MAX_PAGE });
  return { Aliases: page.map((alias) => describe(alias, arn)), ...next };
}

const FUNCTION = '/2015-03-31/functions/{FunctionName}';

export const versionOperations: Operations = {
  PublishVersion: { http: `POST ${FUNCTION}/versions`, status: 201, answer: publishVersion },
  ListVersionsByFunction: { http: `GET ${FUNCTION}/versions`, answer: listVersions },
  CreateAlias: { http: `POST ${FUNCTION}/aliases`, status: 201, answer: createAlias },
  ListAliases: { http: `GET ${FUNCTION}/aliases`, answer: listAliases },
  GetAlias: {
    http: `GET ${FUNCTION}/aliases/{Name}`,
    answer: (call, context) => describe(aliasOf(call, context), functionOf(call, context).definition.arn),
  },
  UpdateAlias: { http: `PUT ${FUNCTION}/aliases/{Name}`, answer: updateAlias },
  DeleteAlias: { http: `DELETE ${FUNCTION}/aliases/{Name}`, status: 204, answer: deleteAlias },
};
