import { AwsError, type AwsRequest, type AwsResponse } from '../../aws.ts';
import type { StoredCode } from '../../package/code-store.ts';
import { parseJsonMembers } from '../../protocol/json.ts';
import { Members } from '../../protocol/members.ts';
import type { FunctionDefinition, LayerDefinition } from '../definition.ts';
import type { FunctionRegistry } from '../function-registry.ts';
import { configurationOf } from './describe-functions.ts';
import {
  type ApiContext,
  type Call,
  FUNCTIONS,
  invalidParameter,
  json,
  type Operations,
} from './operation.ts';

/** A function that its caller waits for, as on AWS, where it takes a while. */
const UPDATING = {
  LastUpdateStatus: 'InProgress',
  LastUpdateStatusReason: 'The function is being created.',
  LastUpdateStatusReasonCode: 'Creating',
};

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_ZIP_BYTES = 50 * 1024 * 1024;

const ROLE = /^arn:aws[\w-]*:iam::\d{12}:role\/?[\w+=,.@/-]+$/;

/** What has no effect on a laptop, and is told again as it was given. */
const TOLD = ['KMSKeyArn', 'VpcConfig'];

/** What `serverless deploy function` gives. */
function readMembers({ body }: AwsRequest, ...names: readonly string[]): Members {
  const members = new Members(parseJsonMembers(body));
  members.allow(...names);
  return members;
}

async function updateCode(
  { request, reference }: Call,
  { code, registry }: ApiContext,
): Promise<AwsResponse> {
  const zipFile = readMembers(request, 'ZipFile').text('ZipFile');
  registry.find(reference);
  const { directory, ...archive } = await unzip(code, zipFile);
  // What has changed meanwhile has.
  const { definition } = registry.find(reference);
  const changed = registry.put({ ...definition, codeDir: directory, code: archive });
  return json({ ...configurationOf(changed), ...UPDATING });
}

/** Throws `InvalidParameterValueException` for what is no archive. */
async function unzip(code: ApiContext['code'], zipFile: string): Promise<StoredCode> {
  try {
    return await code.unzip(decoded(zipFile));
  } catch (error) {
    // What the disk says is not of the archive.
    if (error instanceof AwsError || typeof Object(error).code === 'string') throw error;
    throw invalidParameter(
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    );
  }
}

async function* decoded(zipFile: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(zipFile, 'base64');
  if (bytes.length > MAX_ZIP_BYTES) {
    throw new AwsError(
      'RequestEntityTooLargeException',
      `The archive is larger than ${MAX_ZIP_BYTES} bytes.`,
      413,
    );
  }
  yield bytes;
}

function updateConfiguration({ request, reference }: Call, { registry }: ApiContext): AwsResponse {
  const members = readMembers(
    request,
    ...['Description', 'Environment', 'Handler', 'Layers', 'MemorySize', 'Role', 'Timeout', ...TOLD],
  );
  const { definition } = registry.find(reference);
  const told = { ...definition.told, ...toldOf(members) };
  const changed = registry.put({ ...definition, ...changesOf(members, registry), told });
  return json({ ...configurationOf(changed), ...UPDATING });
}

/** Throws `ValidationException` and `InvalidParameterValueException`. */
function changesOf(members: Members, registry: FunctionRegistry): Partial<FunctionDefinition> {
  const timeout = members.optionalWhole('Timeout', { least: 1, most: 900 });
  const memoryMb = members.optionalWhole('MemorySize', { least: 128, most: 10_240 });
  const handler = members.optionalText('Handler', { max: 128, pattern: /^[^\s]+$/ });
  const environment = members.optionalObject('Environment');
  const layers = members.optionalTexts('Layers');
  return {
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    ...(memoryMb === undefined ? {} : { memoryMb }),
    ...(handler === undefined ? {} : { handler }),
    ...(environment === undefined ? {} : { environment: environment.optionalTextMap('Variables') ?? {} }),
    ...(layers === undefined ? {} : { layers: layersOf(layers, registry) }),
  };
}

function toldOf(members: Members): Readonly<Record<string, unknown>> {
  const Role = members.optionalText('Role', { pattern: ROLE });
  const Description = members.optionalText('Description', { min: 0, max: 256 });
  return {
    ...(Role === undefined ? {} : { Role }),
    ...(Description === undefined ? {} : { Description }),
    ...Object.fromEntries(TOLD.filter((name) => members.has(name)).map((name) => [name, members.json[name]])),
  };
}

/** Layers that functions of stacks have. */
function layersOf(arns: readonly string[], registry: FunctionRegistry): readonly LayerDefinition[] {
  const known = registry.all.flatMap(({ definition }) => definition.layers ?? []);
  return arns.map((arn) => {
    const layer = known.find((candidate) => candidate.arn === arn);
    if (layer === undefined) throw invalidParameter(`Layer version ${arn} does not exist.`);
    return layer;
  });
}

export const updatingOperations: Operations = {
  UpdateFunctionCode: { http: `PUT ${FUNCTIONS}/{FunctionName}/code`, answer: updateCode },
  UpdateFunctionConfiguration: {
    http: `PUT ${FUNCTIONS}/{FunctionName}/configuration`,
    answer: updateConfiguration,
  },
};
