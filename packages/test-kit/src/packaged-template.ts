import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packagedCode } from '@device-lifecycle/local/package/code-store.ts';
import { packageService } from '@device-lifecycle/local/package/package-service.ts';
import { readStack } from '@device-lifecycle/local/template/read-stack.ts';
import { createResolver, isPresent } from '@device-lifecycle/local/template/resolved-resource.ts';
import type { Resolver, StackEnvironment } from '@device-lifecycle/local/template/resolver.ts';
import type { Stack } from '@device-lifecycle/local/template/stack.ts';
import { type JsonObject, parseTemplate } from '@device-lifecycle/local/template/template.ts';
import { silentLog } from './silent-log.ts';

const PROJECT_DIR = fileURLToPath(new URL('../../../', import.meta.url)).slice(0, -1);

/** The runtime's own cache, so that tests and runtime package the service once between them. */
const CACHE_DIR = join(PROJECT_DIR, '.local', 'package');

interface PackagedResource {
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` gives; absent for resources that nothing refers to. */
  readonly ref?: string;
  readonly properties: JsonObject;
}

/** The template that would be deployed, its intrinsic functions resolved. */
export interface PackagedTemplate {
  readonly file: string;
  readonly environment: StackEnvironment;
  readonly stack: Stack;
  readonly resources: readonly PackagedResource[];
  ofType(type: string): readonly PackagedResource[];
}

function refOf(resolver: Resolver, type: string, logicalId: string): { readonly ref?: string } {
  return REFERRED_TO.has(type) ? { ref: resolver.identity(logicalId, logicalId).ref } : {};
}

const REFERRED_TO = new Set([
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::Subnet',
  'AWS::EC2::VPC',
  'AWS::IAM::Role',
  'AWS::Route53::HostedZone',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
]);

/** For `tunedTemplate`. */
const TUNED = {
  stage: 'feature-x',
  params: {
    availabilityZoneA: 'us-east-1b',
    availabilityZoneB: 'us-east-1c',
    dynamoDbPrefixListId: 'pl-aaaaaaaa',
    s3PrefixListId: 'pl-bbbbbbbb',
    oldestPendingCredentialsHours: '48',
    tracing: 'Active',
    alarmEmail: 'operators@example.com',
  },
} as const;

/** A stage with a hyphen, with parameters that others leave as they are: one for all tests, as each takes seconds. */
export const tunedTemplate = (): Promise<PackagedTemplate> => packagedTemplate(TUNED.stage, TUNED.params);

/** Packages the service for a stage, with these `--param`s, unless that was done before. */
export async function packagedTemplate(
  stage = 'dev',
  params: Readonly<Record<string, string>> = {},
): Promise<PackagedTemplate> {
  const region = 'us-east-1';
  const options = { projectDir: PROJECT_DIR, cacheDir: CACHE_DIR, stage, region, params, log: silentLog };
  const { templateFile, codeDirectory, stackName } = await packageService(options);
  const text = await readFile(templateFile, 'utf8');
  const environment = { region, accountId: '123456789012', stackName, endpointUrl: 'http://127.0.0.1:4566' };
  const template = parseTemplate(text);
  const resolver = createResolver(template, environment);
  const present = [...template.resources.values()].filter((resource) => isPresent(resolver, resource));
  const resources = present.map(({ logicalId, type, properties }) => ({
    logicalId,
    type,
    properties: Object(resolver.resolve(properties, `Resources.${logicalId}.Properties`)),
    ...refOf(resolver, type, logicalId),
  }));
  return {
    file: templateFile,
    environment,
    stack: readStack(text, environment, {
      codeDirOf: (code) => packagedCode(codeDirectory, Object(code).key),
    }),
    resources,
    ofType: (type) => resources.filter((resource) => resource.type === type),
  };
}
