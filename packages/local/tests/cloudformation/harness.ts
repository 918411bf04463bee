import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { AwsError } from '../../src/aws.ts';
import { type Deployments, openDeployments } from '../../src/cloudformation/deployments.ts';
import { type Collections, memoryCollections } from '../../src/data/collections.ts';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import {
  type AnyKind,
  RESOURCE_KINDS,
  type ResourceKind,
  type StackKeepers,
} from '../../src/template/resource-kinds.ts';

/** What a test deploys to. */
export interface Laptop {
  readonly client: CloudFormationClient;
  readonly deployments: Deployments;
  /** What is there, as `{kind}/{name}`, with what it is. */
  readonly things: Map<string, unknown>;
  /** `put {kind}/{name}` and `remove {kind}/{name}`, in their order. */
  readonly calls: string[];
  /** What the log was warned of. */
  readonly warnings: readonly string[];
  /** Has keepers refuse what they are called for, with AWS's error. */
  readonly refused: Map<string, string>;
  /** Objects in S3, as `{bucket}/{key}`. */
  readonly objects: Map<string, Buffer>;
  /** The stack, once its operation has ended. */
  settled(stackName: string): Promise<Stack>;
  close(): Promise<void>;
}

/** Collections that another runtime can go on with. */
export interface SharedCollections extends Collections {
  /** All that is kept at the moment. */
  snapshot(): ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  /** Has all be as it was. */
  restore(snapshot: ReturnType<SharedCollections['snapshot']>): void;
}

export function sharedCollections(): SharedCollections {
  const maps = new Map<string, Map<string, unknown>>();
  return {
    ...memoryCollections,
    open<V>(name: string) {
      const map = maps.get(name) ?? new Map<string, unknown>();
      maps.set(name, map);
      return map as Map<string, V>;
    },
    snapshot: () => structuredClone(maps),
    restore(snapshot) {
      maps.clear();
      for (const [name, map] of snapshot) maps.set(name, new Map(map));
    },
  };
}

/** CloudFormation with keepers that keep nothing but what they are told. */
export async function startLaptop(
  collections: Collections = memoryCollections,
  things = new Map<string, unknown>(),
  keptKinds: ReadonlySet<ResourceKind> = new Set(),
): Promise<Laptop> {
  const calls: string[] = [];
  const warnings: string[] = [];
  const refused = new Map<string, string>();
  const objects = new Map<string, Buffer>();
  const services: Record<string, Deployments['handle']> = {};
  const endpoint: Endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services, log: silentLog });
  const deployments = openDeployments({
    collections,
    clock: { now: () => Date.now(), sleep: async () => undefined },
    region: 'us-east-1',
    accountId: '000000000000',
    endpointUrl: endpoint.url,
    log: {
      ...silentLog,
      warn: (message) => warnings.push(message),
      error: (message) => calls.push(`error ${message}`),
    },
    keepers: recordingKeepers({ things, calls, refused }),
    code: {
      store: {
        unzip: async (archive) => {
          const text = (await buffer(Readable.from(archive))).toString();
          return { directory: `/code/${text}`, codeSha256: text, codeSize: text.length };
        },
        file: async (fileName) => `/code/${fileName}`,
        removeAllBut: async () => undefined,
      },
      objects: {
        async read(bucket, key) {
          const object = objects.get(`${bucket}/${key}`);
          if (object === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
          return (async function* () {
            yield object;
          })();
        },
      },
    },
    keptKinds,
    onDeployed: () => undefined,
  });
  services['cloudformation'] = deployments.handle;
  const client = new CloudFormationClient({
    region: 'us-east-1',
    endpoint: endpoint.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const describe = async (StackName: string) =>
    (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0] as Stack;
  return {
    client,
    deployments,
    things,
    calls,
    warnings,
    refused,
    objects,
    async settled(stackName) {
      const { StackId = '' } = await describe(stackName);
      await deployments.close();
      return describe(StackId);
    },
    async close() {
      client.destroy();
      await deployments.close();
      await endpoint.close();
    },
  };
}

function recordingKeepers({
  things,
  calls,
  refused,
}: Pick<Laptop, 'things' | 'calls' | 'refused'>): StackKeepers {
  function call(verb: string, key: string): void {
    calls.push(`${verb} ${key}`);
    const reason = refused.get(`${verb} ${key}`);
    if (reason !== undefined) throw new AwsError('InvalidRequestException', reason);
  }
  const keepers = Object.entries<AnyKind>(RESOURCE_KINDS).map(([kind, { nameOf }]) => {
    const keyOf = (resource: never) => `${kind}/${nameOf(resource)}`;
    return [
      kind,
      {
        async put(resource: never) {
          call('put', keyOf(resource));
          things.set(keyOf(resource), resource);
        },
        has: async (resource: never) => things.has(keyOf(resource)),
        async remove(resource: never) {
          call('remove', keyOf(resource));
          things.delete(keyOf(resource));
        },
      },
    ];
  });
  return Object.fromEntries(keepers) as Record<ResourceKind, never> as StackKeepers;
}
