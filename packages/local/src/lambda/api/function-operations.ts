import type { Members } from '../../protocol/members.ts';
import { configurationOf } from './configuration.ts';
import {
  type ApiContext,
  assertRevision,
  type Call,
  functionOf,
  invalidParameter,
  type Operations,
  pageOf,
} from './operation.ts';
import { CONFIGURATION_MEMBERS, readConfiguration, readTold } from './read-configuration.ts';
import { CODE_MEMBERS, storeUpload } from './upload.ts';

type MembersCall = Call & { readonly members: Members };

const MAX_PAGE = 50;

/** A function that its caller waits for, as on AWS, where it takes a while. */
const UPDATING = {
  LastUpdateStatus: 'InProgress',
  LastUpdateStatusReason: 'The function is being created.',
  LastUpdateStatusReasonCode: 'Creating',
};

async function updateCode(call: MembersCall, context: ApiContext): Promise<object> {
  const { members } = call;
  members.allow(...CODE_MEMBERS, 'Architectures', 'DryRun', 'ImageUri', 'RevisionId');
  if (members.optionalText('ImageUri') !== undefined) {
    throw invalidParameter('The laptop runtime runs no container images: use an archive (PackageType Zip).');
  }
  assertRevision(members.optionalText('RevisionId'), functionOf(call, context));
  const { directory, ...code } = await storeUpload(members, context);
  // What has changed meanwhile has.
  const live = functionOf(call, context);
  const changed = { ...live.definition, codeDir: directory, code };
  if (members.optionalFlag('DryRun') === true) return configurationOf({ ...live, definition: changed });
  return { ...configurationOf(context.registry.put(changed)), ...UPDATING };
}

function updateConfiguration(call: MembersCall, context: ApiContext): object {
  const { members } = call;
  members.allow(...CONFIGURATION_MEMBERS, 'RevisionId');
  const live = functionOf(call, context);
  assertRevision(members.optionalText('RevisionId'), live);
  const { definition } = live;
  const changes = readConfiguration(members, definition.functionName, context);
  const told = { ...definition.told, ...readTold(members) };
  return { ...configurationOf(context.registry.put({ ...definition, ...changes, told })), ...UPDATING };
}

function getFunction(call: Call, context: ApiContext): object {
  const live = functionOf(call, context);
  const { reservedConcurrency } = live.definition;
  return {
    Configuration: configurationOf(live),
    Code: { RepositoryType: 'S3' },
    ...(reservedConcurrency !== undefined && {
      Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
    }),
  };
}

const getConfiguration = (call: Call, context: ApiContext): object =>
  configurationOf(functionOf(call, context));

function listFunctions({ query }: Call, { registry }: ApiContext): object {
  const other = ['FunctionVersion', 'MasterRegion'].find((name) => query.has(name));
  if (other !== undefined) {
    throw invalidParameter(`The laptop runtime lists the functions of one Region: leave ${other} out.`);
  }
  const { page, next } = pageOf(registry.all, query, {
    keyOf: ({ definition }) => definition.functionName,
    most: MAX_PAGE,
  });
  return { Functions: page.map((live) => configurationOf(live)), ...next };
}

const FUNCTION = '/2015-03-31/functions/{FunctionName}';

export const functionOperations: Operations = {
  UpdateFunctionCode: { http: `PUT ${FUNCTION}/code`, answer: updateCode },
  UpdateFunctionConfiguration: { http: `PUT ${FUNCTION}/configuration`, answer: updateConfiguration },
  GetFunction: { http: `GET ${FUNCTION}`, answer: getFunction },
  GetFunctionConfiguration: { http: `GET ${FUNCTION}/configuration`, answer: getConfiguration },
  ListFunctions: { http: 'GET /2015-03-31/functions', answer: listFunctions },
};
