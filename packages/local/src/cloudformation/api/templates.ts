import { text } from 'node:stream/consumers';
import { AwsError } from '../../aws.ts';
import { isTooDeepJson } from '../../protocol/json.ts';
import type { Members } from '../../protocol/members.ts';
import type { XmlMembers } from '../../protocol/query.ts';
import {
  isObject,
  type JsonObject,
  parseTemplate,
  type Template,
  TemplateError,
} from '../../template/template.ts';
import { defaultOf, ParameterError, parameterValues } from '../parameters.ts';
import type { Deployment, OnFailure, StackSettings } from '../stack-record.ts';
import { type ApiContext, validationError } from './input.ts';

/** What the types of IAM are named by, where the template can name them. */
const NAMES: Readonly<Record<string, string | undefined>> = {
  'AWS::IAM::AccessKey': undefined,
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Policy': undefined,
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::User': 'UserName',
  'AWS::IAM::UserToGroupAddition': undefined,
};

interface NeededCapabilities {
  readonly capability?: 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM';
  /** The types of resources that need it. */
  readonly types: readonly string[];
}

/**
 * What a template has to be acknowledged to do.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 */
function neededCapabilities({ resources }: Pick<Template, 'resources'>): NeededCapabilities {
  const ofIam = [...resources.values()].filter(({ type }) => Object.hasOwn(NAMES, type));
  if (ofIam.length === 0) return { types: [] };
  const isNamed = ofIam.some(({ type, properties }) => {
    const name = NAMES[type];
    return name !== undefined && properties[name] !== undefined;
  });
  const types = [...new Set(ofIam.map(({ type }) => type))];
  return { capability: isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM', types };
}

/** The one with names includes the other. */
function areAcknowledged({ capability }: NeededCapabilities, given: readonly string[]): boolean {
  if (capability === undefined || given.includes('CAPABILITY_NAMED_IAM')) return true;
  return capability === 'CAPABILITY_IAM' && given.includes('CAPABILITY_IAM');
}

/** Bytes. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_BODY = 51_200;
const MAX_IN_S3 = 1_000_000;

/** The parameters that say which template a call means. */
export const TEMPLATE_PARAMETERS = ['TemplateBody', 'TemplateURL'];

/** A template as a call gives it. */
interface GivenTemplate {
  readonly templateBody: string;
  /** The same as JSON. */
  readonly template: string;
}

/**
 * The template of a call, or the one from before. Throws `ValidationError` for one that is not to be had, is too large,
 * or is neither JSON nor YAML.
 */
async function givenTemplate(
  input: Members,
  context: ApiContext,
  previous?: Deployment,
): Promise<GivenTemplate> {
  const templateBody = await bodyOf(input, context, previous);
  return { templateBody, template: await asJson(templateBody) };
}

async function bodyOf(
  input: Members,
  context: ApiContext,
  previous: Deployment | undefined,
): Promise<string> {
  const [body, url] = TEMPLATE_PARAMETERS.map((name) => input.optionalText(name));
  if (input.optionalFlag('UsePreviousTemplate') === true) {
    if (previous !== undefined) return previous.templateBody;
    throw validationError('There is no previous template: give TemplateBody or TemplateURL.');
  }
  if (body !== undefined && url === undefined) {
    if (Buffer.byteLength(body) <= MAX_BODY) return body;
    throw validationError(
      `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${MAX_BODY}`,
    );
  }
  if (url !== undefined && body === undefined) return fromS3(url, context);
  throw validationError('Either Template URL or Template Body must be specified.');
}

async function fromS3(url: string, { objects, endpointUrl }: ApiContext): Promise<string> {
  const [bucket, key] = locationOf(url, endpointUrl);
  try {
    const body = await text(await objects.read(bucket, key));
    if (Buffer.byteLength(body) <= MAX_IN_S3) return body;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw validationError(
      `S3 error: ${error.message}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html`,
    );
  }
  throw validationError(`Template may not exceed ${MAX_IN_S3} bytes in size.`);
}

/** The laptop has every bucket, whatever the Region and the style of the URL. */
function locationOf(url: string, endpointUrl: string): readonly [bucket: string, key: string] {
  if (!URL.canParse(url)) throw notOfS3(url);
  const { host, pathname } = new URL(url);
  const path = decodeURIComponent(pathname.slice(1));
  const [, ownBucket] = /^(.+)\.s3[.-][\w.-]*amazonaws\.com(?:\.cn)?$/.exec(host) ?? [];
  if (ownBucket !== undefined) return [ownBucket, path];
  if (!/^s3[.-][\w.-]*amazonaws\.com(?:\.cn)?$/.test(host) && host !== new URL(endpointUrl).host) {
    throw notOfS3(url);
  }
  const slash = path.indexOf('/');
  if (slash === -1) throw notOfS3(url);
  return [path.slice(0, slash), path.slice(slash + 1)];
}

function notOfS3(url: string): AwsError {
  return validationError(`TemplateURL must be a supported URL of an object in S3, and ${url} is none.`);
}

async function asJson(body: string): Promise<string> {
  return asValidation(async () => {
    const json = body.trimStart().startsWith('{') ? body : await yamlAsJson(body);
    const document: unknown = parse(json);
    if (!isObject(document as JsonObject))
      throw new TemplateError('Template format error', 'unsupported structure.');
    return json;
  });
}

/** Loaded where it is needed: packaged templates are JSON. */
async function yamlAsJson(body: string): Promise<string> {
  const { jsonOfYaml } = await import('../parameters.ts');
  return jsonOfYaml(body);
}

function parse(json: string): unknown {
  if (isTooDeepJson(json)) throw new TemplateError('Template format error', 'nested too deeply.');
  try {
    return JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TemplateError('Template format error', `JSON not well-formed. (${reason})`);
  }
}

/** What is wrong with a template is an error of the call. */
export async function asValidation<T>(read: () => Promise<T> | T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TemplateError || error instanceof ParameterError) {
      throw validationError(error.message);
    }
    throw error;
  }
}

/** The deployment that a call asks for. Throws `ValidationError`. */
export async function givenDeployment(
  input: Members,
  context: ApiContext,
  previous?: Deployment,
): Promise<Deployment> {
  const template = await givenTemplate(input, context, previous);
  const declared = Object(JSON.parse(template.template)).Parameters ?? {};
  const given = (input.optionalObjects('Parameters') ?? []).map((parameter) => ({
    key: parameter.text('ParameterKey'),
    ...optional('value', parameter.optionalText('ParameterValue', { min: 0 })),
    usePreviousValue: parameter.optionalFlag('UsePreviousValue') ?? false,
  }));
  const parameters = await asValidation(() => parameterValues(declared, given, previous?.parameters ?? {}));
  return { ...template, parameters, code: {} };
}

/** A member, where it has a value. */
export const optional = <K extends string, V>(name: K, value: V | undefined): { readonly [N in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [N in K]?: V };

/** ValidateTemplate: whether the template is one, not whether it can be run. */
export async function validateTemplate(input: Members, context: ApiContext): Promise<XmlMembers> {
  input.allow(...TEMPLATE_PARAMETERS);
  const template = await readTemplate(input, context);
  return {
    Parameters: Object.entries(template.parameters).map(([key, parameter]) => ({
      ParameterKey: key,
      DefaultValue: defaultOf(parameter),
      NoEcho: String(membersOf(parameter)['NoEcho'] ?? false),
      Description: textOf(membersOf(parameter)['Description']),
    })),
    Description: template.description,
    ...capabilitiesOf(template),
  };
}

async function readTemplate(input: Members, context: ApiContext): Promise<Template> {
  const { template } = await givenTemplate(input, context);
  return asValidation(() => {
    const parsed = parseTemplate(template);
    if (parsed.resources.size > 0) return parsed;
    throw validationError('Template format error: At least one Resources member must be defined.');
  });
}

function capabilitiesOf(template: Template): XmlMembers {
  const { capability, types } = neededCapabilities(template);
  if (capability === undefined) return {};
  return {
    Capabilities: [capability],
    CapabilitiesReason: `The following resource(s) require capabilities: [${types.join(', ')}]`,
  };
}

const membersOf = (parameter: unknown): JsonObject => {
  const members = parameter as JsonObject | undefined;
  return isObject(members) ? members : {};
};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The parameters of all that make or change a stack, but for those of the template. */
export const SETTINGS_PARAMETERS = [
  'Capabilities',
  'ClientRequestToken',
  'DisableRollback',
  'NotificationARNs',
  'Parameters',
  'RoleARN',
  'RollbackConfiguration',
  'StackName',
  'Tags',
];

const MAX_TAGS = 50;

/** What a call says of a stack. Throws `ValidationError` for what the laptop runtime would not do. */
export function settingsOf(input: Members): StackSettings {
  const rollback = input.optionalObject('RollbackConfiguration');
  if ((rollback?.optionalObjects('RollbackTriggers')?.length ?? 0) > 0) {
    throw validationError(
      'RollbackConfiguration.RollbackTriggers: the laptop runtime has no alarms that could trigger a rollback: leave them out.',
    );
  }
  const notificationArns = input.optionalTexts('NotificationARNs') ?? [];
  if (notificationArns.length > 0) {
    throw validationError(
      'NotificationARNs: the laptop runtime tells no topics of what happens to stacks: leave them out.',
    );
  }
  const tags = (input.optionalObjects('Tags') ?? []).map((tag) => ({
    key: tag.text('Key'),
    value: tag.text('Value', { min: 0 }),
  }));
  if (tags.length > MAX_TAGS) throw validationError(`A stack has ${MAX_TAGS} tags at most.`);
  return {
    tags,
    capabilities: input.optionalTexts('Capabilities') ?? [],
    notificationArns,
    ...optional('roleArn', input.optionalText('RoleARN')),
  };
}

/** What becomes of the stack when it fails. Throws `ValidationError`. */
export function onFailureOf(input: Members, parameter: 'OnFailure' | 'OnStackFailure'): OnFailure {
  const onFailure = input.optionalEnum(parameter, ['ROLLBACK', 'DELETE', 'DO_NOTHING'] as const);
  const disableRollback = input.optionalFlag('DisableRollback');
  if (onFailure !== undefined && disableRollback !== undefined) {
    throw validationError(`You can specify either ${parameter} or DisableRollback, but not both.`);
  }
  return onFailure ?? (disableRollback === true ? 'DO_NOTHING' : 'ROLLBACK');
}

/** Throws `InsufficientCapabilitiesException`. */
export function assertAcknowledged(template: Template, { capabilities }: StackSettings): void {
  const needed = neededCapabilities(template);
  if (areAcknowledged(needed, capabilities)) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed.capability}]`);
}
