import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { findThirdPartyImports, type ThirdPartyImports } from './third-party-imports.ts';

/** What the plugins use of the Serverless Framework's object; it has no types of its own. */
export interface Serverless {
  readonly serviceDir: string;
  readonly service: {
    readonly service: string;
    readonly package: { readonly path?: string };
    readonly provider: {
      readonly compiledCloudFormationTemplate: { readonly Resources: Record<string, Resource | undefined> };
      readonly shouldNotDeploy?: boolean;
    };
    getAllFunctions(): readonly string[];
    getFunction(name: string): { readonly handler: string };
  };
  getProvider(name: 'aws'): AwsProvider;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

export interface AwsProvider {
  getStage(): string;
  getDeploymentPrefix(): string;
  getServerlessDeploymentBucketName(): Promise<string>;
  getAwsSdkV3Config(): Promise<object>;
}

const importsOfServices = new WeakMap<Serverless, Promise<ThirdPartyImports>>();

/** What the functions of the service import from packages; looked for once. */
export function importsOf(serverless: Serverless): Promise<ThirdPartyImports> {
  const known = importsOfServices.get(serverless);
  if (known !== undefined) return known;
  const imports = sourceFiles(serverless).then((files) =>
    findThirdPartyImports(serverless.serviceDir, files),
  );
  importsOfServices.set(serverless, imports);
  return imports;
}

/** `functions/register-device/handler.handler` → `functions/register-device/handler.ts`. */
async function sourceFiles({ serviceDir, service }: Serverless): Promise<readonly string[]> {
  const files = service.getAllFunctions().map((name) => {
    const { handler } = service.getFunction(name);
    return `${handler.slice(0, handler.lastIndexOf('.'))}.ts`;
  });
  await Promise.all(files.map((file) => access(join(serviceDir, file))));
  return files;
}
