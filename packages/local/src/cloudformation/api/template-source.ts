import { text } from 'node:stream/consumers';
import { AwsError } from '../../aws.ts';
import { isTooDeepJson } from '../../json-depth.ts';
import { isObject, type JsonObject } from '../../template/json.ts';
import { TemplateError } from '../../template/template-error.ts';
import { ParameterError, parameterValues } from '../parameters.ts';
import type { Deployment } from '../stack-record.ts';
import type { ApiContext } from './context.ts';
import { validationError } from './errors.ts';
import type { Input } from './input.ts';

/** Bytes. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_BODY = 51_200;
const MAX_IN_S3 = 1_000_000;

/** The parameters that say which template a call means. */
export const TEMPLATE_PARAMETERS = ['TemplateBody', 'TemplateURL'];

/** A template as a call gives it. */
export interface GivenTemplate {
  readonly templateBody: string;
  /** The same as JSON. */
  readonly template: string;
}

/**
 * The template of a call, or the one from before. Throws `ValidationError` for one that is not to be had, is too large,
 * or is neither JSON nor YAML.
 */
export async function givenTemplate(
  input: Input,
  context: ApiContext,
  previous?: Deployment,
): Promise<GivenTemplate> {
  const templateBody = await bodyOf(input, context, previous);
  return { templateBody, template: await asJson(templateBody) };
}

async function bodyOf(input: Input, context: ApiContext, previous: Deployment | undefined): Promise<string> {
  const [body, url] = TEMPLATE_PARAMETERS.map((name) => input.optionalText(name));
  if (input.boolean('UsePreviousTemplate') === true) {
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
  const { jsonOfYaml } = await import('../yaml-template.ts');
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
  input: Input,
  context: ApiContext,
  previous?: Deployment,
): Promise<Deployment> {
  const template = await givenTemplate(input, context, previous);
  const declared = Object(JSON.parse(template.template)).Parameters ?? {};
  const given = input.objects('Parameters').map((parameter) => ({
    key: parameter.text('ParameterKey'),
    ...optional('value', parameter.optionalText('ParameterValue')),
    usePreviousValue: parameter.boolean('UsePreviousValue') ?? false,
  }));
  const parameters = await asValidation(() => parameterValues(declared, given, previous?.parameters ?? {}));
  return { ...template, parameters, code: {} };
}

/** A member, where it has a value. */
export const optional = <K extends string, V>(name: K, value: V | undefined): { readonly [N in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [N in K]?: V };
