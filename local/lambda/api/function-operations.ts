import type { Members } from '../../events/members.ts';
import type { FunctionDefinition } from '../definition.ts';
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
  refusePublish(members);
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
  return { ...configurationOf(context.registry.put(definition), context.layers), ...CREATING };
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

function refusePublish(members: Members): void {
  if (members.optionalFlag('Publish') !== true) return;
  throw invalidParameter('The laptop runtime has no versions of functions but $LATEST: leave Publish out.');
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
  refusePublish(members);
  assertRevision(members.optionalText('RevisionId'), functionOf(call, context));
  const { directory, ...code } = await storeUpload(members, context);
  // What has changed meanwhile has.
  const { definition } = functionOf(call, context);
  const changed = { ...definition, codeDir: directory, code };
  if (members.optionalFlag('DryRun') === true) {
    return configurationOf({ ...functionOf(call, context), definition: changed }, context.layers);
  }
  return { ...configurationOf(context.registry.put(changed), context.layers), ...UPDATING };
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
  if (call.query.get('Qualifier') === '$LATEST') {
    throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
  }
  context.registry.remove(functionOf(call, context).definition.functionName);
  return NOTHING;
}

function getFunction(call: Call, context: ApiContext): object {
  const live = functionOf(call, context);
  const { reservedConcurrency, tags = {} } = live.definition;
  return {
    Configuration: configurationOf(live, context.layers),
    Code: { RepositoryType: 'S3' },
    ...(reservedConcurrency !== undefined && {
      Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
    }),
    ...(Object.keys(tags).length > 0 && { Tags: tags }),
  };
}

function listFunctions({ query }: Call, { registry, layers }: ApiContext): object {
  const { page, next } = pageOf(registry.all, query, {
    keyOf: ({ definition }) => definition.functionName,
    most: MAX_PAGE,
  });
  return { Functions: page.map((live) => configurationOf(live, layers)), ...next };
}

/** The one that there is. */
function listVersions(call: Call, context: ApiContext): object {
  const configuration = configurationOf(functionOf(call, context), context.layers);
  return { Versions: [{ ...configuration, FunctionArn: `${configuration.FunctionArn}:$LATEST` }] };
}

function listAliases(call: Call, context: ApiContext): object {
  functionOf(call, context);
  return { Aliases: [] };
}

const FUNCTION = '/2015-03-31/functions/{FunctionName}';

export const functionOperations: Operations = {
  CreateFunction: { http: 'POST /2015-03-31/functions', status: 201, answer: createFunction },
  UpdateFunctionCode: { http: `PUT ${FUNCTION}/code`, answer: updateCode },
  UpdateFunctionConfiguration: { http: `PUT ${FUNCTION}/configuration`, answer: updateConfiguration },
  DeleteFunction: { http: `DELETE ${FUNCTION}`, status: 204, answer: deleteFunction },
  GetFunction: { http: `GET ${FUNCTION}`, answer: getFunction },
  GetFunctionConfiguration: {
    http: `GET ${FUNCTION}/configuration`,
    answer: (call, context) => configurationOf(functionOf(call, context), context.layers),
  },
  ListFunctions: { http: 'GET /2015-03-31/functions', answer: listFunctions },
  ListVersionsByFunction: { http: `GET ${FUNCTION}/versions`, answer: listVersions },
  ListAliases: { http: `GET ${FUNCTION}/aliases`, answer: listAliases },
};
