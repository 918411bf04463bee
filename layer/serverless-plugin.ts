import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HeadObjectCommand, NotFound, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { buildLayer, type LayerFile } from './build-layer.ts';
import { type AwsProvider, importsOf, type Serverless } from './service.ts';
import { zipLayer } from './zip-layer.ts';

const LAYER_TYPE = 'AWS::Lambda::LayerVersion';

/**
 * Builds the service's layer, and uploads it under a name that is its content's hash. So CloudFormation sees a new
 * version where the content is new, and only there: the framework's own `layers` have a new name with each deployment,
 * unless it may ask AWS for the last one, which packaging without credentials cannot.
 *
 * The layer is the one resource of the type AWS::Lambda::LayerVersion; its `Content` is filled in here.
 */
export default class LayerPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  readonly #serverless: Serverless;
  readonly #provider: AwsProvider;
  readonly #packageDir: string;

  constructor(serverless: Serverless, { package: packagePath }: { readonly package?: string }) {
    this.#serverless = serverless;
    this.#packageDir = resolve(
      serverless.serviceDir,
      packagePath ?? serverless.service.package.path ?? '.serverless',
    );
    this.#provider = serverless.getProvider('aws');
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => this.#package(),
      'after:aws:deploy:deploy:uploadArtifacts': () => this.#upload(),
    };
  }

  /** Builds the layer into the package, and names it in the template. */
  async #package(): Promise<void> {
    const { files, sourceMaps } = await buildLayer(
      this.#serverless.serviceDir,
      await importsOf(this.#serverless),
    );
    const archive = await zipLayer(files);
    const name = `dependencies-${createHash('sha256').update(archive).digest('hex').slice(0, 16)}`;
    this.#content['S3Key'] = `${this.#s3Folder}/${name}.zip`;
    await writeFile(join(this.#packageDir, `${name}.zip`), archive);
    await writeFiles(join(this.#packageDir, 'source-maps', name), sourceMaps);
  }

  /** Unless it is there already. */
  async #upload(): Promise<void> {
    const client = new S3Client(await this.#provider.getAwsSdkV3Config());
    const { S3Key: Key } = this.#content;
    if (typeof Key !== 'string') throw new Error('The package names no layer: package the service again.');
    const object = { Bucket: await this.#provider.getServerlessDeploymentBucketName(), Key };
    try {
      await client.send(new HeadObjectCommand(object));
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      const Body = await readFile(join(this.#packageDir, Key.slice(this.#s3Folder.length + 1)));
      await client.send(new PutObjectCommand({ ...object, Body, ServerSideEncryption: 'AES256' }));
    } finally {
      client.destroy();
    }
  }

  /** Beside the deployments, which the framework tidies up, and removed with them. */
  get #s3Folder(): string {
    const { service } = this.#serverless.service;
    return `${this.#provider.getDeploymentPrefix()}/${service}/${this.#provider.getStage()}/layers`;
  }

  get #content(): Record<string, unknown> {
    const { Resources } = this.#serverless.service.provider.compiledCloudFormationTemplate;
    const layers = Object.values(Resources).filter((resource) => resource?.Type === LAYER_TYPE);
    const content = layers[0]?.Properties['Content'];
    if (layers.length !== 1 || typeof content !== 'object' || content === null) {
      throw new Error(
        `The service needs one resource of the type ${LAYER_TYPE} with a Content: see resources/layer.yml.`,
      );
    }
    return content as Record<string, unknown>;
  }
}

async function writeFiles(directory: string, files: readonly LayerFile[]): Promise<void> {
  for (const { path, content } of files) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
