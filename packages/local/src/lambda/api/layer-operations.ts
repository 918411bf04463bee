import type { Members } from '../../protocol/members.ts';
import type { LayerVersion } from '../layers.ts';
import {
  type ApiContext,
  type Call,
  invalidParameter,
  NOTHING,
  notFound,
  type Operations,
  pageOf,
} from './operation.ts';
import { CODE_MEMBERS, storeUpload } from './upload.ts';

const NAME = /^[\w-]{1,140}$/;
const ARN = /^arn:aws[\w-]*:lambda:[^:]+:\d{12}:layer:([\w-]+):(\d+)$/;
const MAX_PAGE = 50;

/** From a name or an ARN without a version. */
function layerNameOf({ labels }: Call, { layers }: ApiContext): string {
  const given = labels['LayerName'] ?? '';
  const name = given.replace(layers.arnOf(''), '');
  if (NAME.test(name)) return name;
  throw invalidParameter(`${given} is no name and no ARN of a layer.`);
}

function summaryOf(version: LayerVersion) {
  const { description, compatibleRuntimes, compatibleArchitectures, licenseInfo } = version;
  return {
    LayerVersionArn: version.arn,
    Version: version.version,
    Description: description,
    // As AWS has it, without a colon.
    CreatedDate: new Date(version.createdMs).toISOString().replace('Z', '+0000'),
    ...(compatibleRuntimes.length > 0 && { CompatibleRuntimes: compatibleRuntimes }),
    ...(compatibleArchitectures.length > 0 && { CompatibleArchitectures: compatibleArchitectures }),
    ...(licenseInfo !== undefined && { LicenseInfo: licenseInfo }),
  };
}

function describe(version: LayerVersion, { layers }: ApiContext): object {
  const { codeSha256, codeSize } = version;
  return {
    ...summaryOf(version),
    LayerArn: layers.arnOf(version.layerName),
    Content: { CodeSha256: codeSha256, CodeSize: codeSize },
  };
}

async function publish(call: Call & { readonly members: Members }, context: ApiContext): Promise<object> {
  const { members } = call;
  const layerName = layerNameOf(call, context);
  members.allow('CompatibleArchitectures', 'CompatibleRuntimes', 'Content', 'Description', 'LicenseInfo');
  const content = members.object('Content');
  content.allow(...CODE_MEMBERS);
  const licenseInfo = members.optionalText('LicenseInfo', { max: 512 });
  const settings = {
    description: members.optionalText('Description', { min: 0, max: 256 }) ?? '',
    compatibleRuntimes: members.optionalTexts('CompatibleRuntimes') ?? [],
    compatibleArchitectures: members.optionalTexts('CompatibleArchitectures') ?? [],
    ...(licenseInfo === undefined ? {} : { licenseInfo }),
  };
  const code = await storeUpload(content, context);
  return describe(context.layers.publish(layerName, code, settings), context);
}

function find(layerName: string, version: number, { layers }: ApiContext): LayerVersion {
  const found = layers.versionsOf(layerName).find((candidate) => candidate.version === version);
  if (found !== undefined) return found;
  throw notFound('The resource you requested does not exist.');
}

const get = (call: Call, context: ApiContext): object =>
  describe(find(layerNameOf(call, context), Number(call.labels['VersionNumber']), context), context);

function getByArn(arn: string, context: ApiContext): object {
  const [, layerName = '', version] = ARN.exec(arn) ?? [];
  if (layerName === '') throw invalidParameter(`${arn} is no ARN of a layer's version.`);
  return describe(find(layerName, Number(version), context), context);
}

/** `GET /layers` is for both: with `find=LayerVersion` for one version, by its ARN. */
function list({ query }: Call, context: ApiContext): object {
  if (query.get('find') === 'LayerVersion') return getByArn(query.get('Arn') ?? '', context);
  const { layers } = context;
  const { page, next } = pageOf(layers.latest.filter(isAskedFor(query)), query, {
    keyOf: ({ layerName }) => layerName,
    most: MAX_PAGE,
  });
  return {
    Layers: page.map((latest) => ({
      LayerName: latest.layerName,
      LayerArn: layers.arnOf(latest.layerName),
      LatestMatchingVersion: summaryOf(latest),
    })),
    ...next,
  };
}

/** By the runtime and the architecture that a call may ask for. */
const isAskedFor =
  (query: URLSearchParams) =>
  ({ compatibleRuntimes, compatibleArchitectures }: LayerVersion): boolean => {
    const runtime = query.get('CompatibleRuntime');
    const architecture = query.get('CompatibleArchitecture');
    return (
      (runtime === null || compatibleRuntimes.includes(runtime)) &&
      (architecture === null || compatibleArchitectures.includes(architecture))
    );
  };

/** The newest first, page by page too. */
function listVersions(call: Call, context: ApiContext): object {
  const versions = context.layers.versionsOf(layerNameOf(call, context)).filter(isAskedFor(call.query));
  const { page, next } = pageOf(versions, call.query, {
    keyOf: ({ version }) => String(1_000_000_000 - version),
    most: MAX_PAGE,
  });
  return { LayerVersions: page.map(summaryOf), ...next };
}

function remove(call: Call, context: ApiContext): object {
  context.layers.remove(layerNameOf(call, context), Number(call.labels['VersionNumber']));
  return NOTHING;
}

const LAYERS = '/2018-10-31/layers';

export const layerOperations: Operations = {
  PublishLayerVersion: { http: `POST ${LAYERS}/{LayerName}/versions`, status: 201, answer: publish },
  GetLayerVersion: { http: `GET ${LAYERS}/{LayerName}/versions/{VersionNumber}`, answer: get },
  DeleteLayerVersion: {
    http: `DELETE ${LAYERS}/{LayerName}/versions/{VersionNumber}`,
    status: 204,
    answer: remove,
  },
  ListLayerVersions: { http: `GET ${LAYERS}/{LayerName}/versions`, answer: listVersions },
  ListLayers: { http: `GET ${LAYERS}`, answer: list },
};
