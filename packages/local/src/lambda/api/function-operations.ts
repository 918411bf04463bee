import type { Members } from '../../protocol/members.ts';
import { type FunctionDefinition, versionOf } from '../definition.ts';
import type { LiveFunction } from '../live-function.ts';
import { configurationOf } from './configuration.ts';
import {
  type ApiContext,
  assertRevision,
  type Call,
  conflict,
  functionOf,
  invalidParameter,
  NOTHING,
  type Operations,
  pageOf,
  qualifiedOf,
} from './operation.ts';
import { CONFIGURATION_MEMBERS, readConfiguration, readTold } from './read-configuration.ts';
import { CODE_MEMBERS, storeUpload } from './upload.ts';

type MembersCall = Call & { readonly members: Members };

const NAME = /^[\w-]{1,64}$/;
const DEFAULT_TIMEOUT_MS = 3000;
const DEFAULT_MEMORY_MB = 128;
const MAX_PAGE = 50;

/** A function that its caller waits for, as on AWS, where it takes a while. */
const CREATING = {
  State: 'Pending',
  StateReason: 'The function is being created.',
  StateReasonCode: 'Creating',
};
const UPDATING = {
  LastUpdateStatus: 'InProgress',
  LastUpdateStatusReason: 'The function is being created.',
  LastUpdateStatusReasonCode: 'Creating',
};

async function createFunction({ members }: MembersCall, context: ApiContext): Promise<object> {
  members.allow(
    ...CONFIGURATION_MEMBERS,
    'Architectures',
    'Code',
    'FunctionName',
    'PackageType',
    'Publish',
    'Tags',
  );
  const functionName = nameOf(members.text('FunctionName', { max: 140 }), context);
  members.text('Role');
  const codeMembers = members.object('Code');
  refuseImages(members, codeMembers);
  const { runtime, handler, ...configuration } = readConfiguration(members, functionName, context);
  if (runtime === undefined || handler === undefined) {
    throw invalidParameter(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  if (context.registry.get(functionName) !== undefined) {
    throw conflict(`Function already exist: ${functionName}`);
  }
  const { directory, ...code } = await storeUpload(codeMembers, context);
  const definition: FunctionDefinition = {
    functionName,
    arn: `arn:aws:lambda:${context.region}:${context.accountId}:function:${functionName}`,
    environment: {},
    timeoutMs: DEFAULT_TIMEOUT_MS,
    memoryMb: DEFAULT_MEMORY_MB,
    ...configuration,
    runtime,
    handler,
    codeDir: directory,
    code,
    told: readTold(members),
    tags: members.optionalTextMap('Tags') ?? {},
  };
  return { ...publishedOf(members, context.registry.put(definition), context), ...CREATING };
}

/** From a name or an ARN. */
function nameOf(reference: string, { region, accountId }: ApiContext): string {
  const prefix = `arn:aws:lambda:${region}:${accountId}:function:`;
  const name = reference.replace(prefix, '').replace(/^\d{12}:function:/, '');
  if (NAME.test(name)) return name;
  throw invalidParameter(
    `${reference} is no name of a function: it must be 64 letters, digits, hyphens and underscores at most.`,
  );
}

function refuseImages(members: Members, code: Members): void {
  if (members.optionalText('PackageType') !== 'Image' && code.optionalText('ImageUri') === undefined) return;
  throw invalidParameter('The laptop runtime runs no container images: use an archive (PackageType Zip).');
}

/** The function, or the version that is published of it at once. */
function publishedOf(members: Members, live: LiveFunction, { registry, layers }: ApiContext) {
  const isPublished = members.optionalFlag('Publish') === true;
  return configurationOf(isPublished ? registry.publish(live, undefined) : live, layers);
}

async function updateCode(call: MembersCall, context: ApiContext): Promise<object> {
  const { members } = call;
  members.allow(
    ...CODE_MEMBERS,
    'Architectures',
    'DryRun',
    'ImageUri',
    'Publish',
    'RevisionId',
    'SourceKMSKeyArn',
  );
  refuseImages(members, members);
  assertRevision(members.optionalText('RevisionId'), functionOf(call, context));
  const { directory, ...code } = await storeUpload(members, context);
  // What has changed meanwhile has.
  const { definition } = functionOf(call, context);
  const changed = { ...definition, codeDir: directory, code };
  if (members.optionalFlag('DryRun') === true) {
    return configurationOf({ ...functionOf(call, context), definition: changed }, context.layers);
  }
  return { ...publishedOf(members, context.registry.put(changed), context), ...UPDATING };
}

function updateConfiguration(call: MembersCall, context: ApiContext): object {
  const { members } = call;
  members.allow(...CONFIGURATION_MEMBERS, 'RevisionId');
  const live = functionOf(call, context);
  assertRevision(members.optionalText('RevisionId'), live);
  const { definition } = live;
  const changes = readConfiguration(members, definition.functionName, context);
  const told = { ...definition.told, ...readTold(members) };
  const changed = context.registry.put({ ...definition, ...changes, told });
  return { ...configurationOf(changed, context.layers), ...UPDATING };
}

function deleteFunction(call: Call, context: ApiContext): object {
  const { registry } = context;
  const { live, qualifier } = qualifiedOf(call, context);
  const { functionName, version } = live.definition;
  if (qualifier === undefined) registry.remove(functionName);
  else if (version === undefined) {
    throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
  } else {
    const aliases = registry.versions.aliasesOf(functionName);
    if (qualifier !== version || aliases.some(({ functionVersion }) => functionVersion === version)) {
      throw conflict(`Version ${version} is used by an alias, which has to be deleted or changed before it.`);
    }
    registry.removeVersion(functionName, version);
  }
  return NOTHING;
}

function getFunction(call: Call, context: ApiContext): object {
  const { live, qualifier } = qualifiedOf(call, context);
  const { reservedConcurrency, tags = {} } = live.definition;
  return {
    Configuration: configurationOf(live, context.layers, qualifier),
    Code: { RepositoryType: 'S3' },
    ...(reservedConcurrency !== undefined && {
      Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
    }),
    ...(Object.keys(tags).length > 0 && { Tags: tags }),
  };
}

function getConfiguration(call: Call, context: ApiContext): object {
  const { live, qualifier } = qualifiedOf(call, context);
  return configurationOf(live, context.layers, qualifier);
}

/** With `FunctionVersion=ALL`, versions too, each after its function. */
function listFunctions({ query }: Call, { registry, layers }: ApiContext): object {
  if (query.has('MasterRegion'))
    throw invalidParameter('The laptop runtime has one Region: leave MasterRegion out.');
  const isAll = query.get('FunctionVersion') === 'ALL';
  const all = registry.all.flatMap((live) => [
    live,
    ...(isAll ? registry.versions.of(live.definition.functionName) : []),
  ]);
  const { page, next } = pageOf(all, query, {
    keyOf: ({ definition: { functionName, version } }) =>
      isAll ? `${functionName}!${(version ?? '').padStart(9, '0')}` : functionName,
    most: MAX_PAGE,
  });
  return {
    Functions: page.map((live) =>
      configurationOf(live, layers, isAll ? versionOf(live.definition) : undefined),
    ),
    ...next,
  };
}

const FUNCTION = '/2015-03-31/functions/{FunctionName}';

export const functionOperations: Operations = {
  CreateFunction: { http: 'POST /2015-03-31/functions', status: 201, answer: createFunction },
  UpdateFunctionCode: { http: `PUT ${FUNCTION}/code`, answer: updateCode },
  UpdateFunctionConfiguration: { http: `PUT ${FUNCTION}/configuration`, answer: updateConfiguration },
  DeleteFunction: { http: `DELETE ${FUNCTION}`, status: 204, answer: deleteFunction },
  GetFunction: { http: `GET ${FUNCTION}`, answer: getFunction },
  GetFunctionConfiguration: { http: `GET ${FUNCTION}/configuration`, answer: getConfiguration },
  ListFunctions: { http: 'GET /2015-03-31/functions', answer: listFunctions },
};
