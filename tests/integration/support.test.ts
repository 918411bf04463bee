import { createRequire } from 'node:module';
import { SDK_SERVICES } from '@device-lifecycle/local/states/integrations/sdk-services.ts';
import { apiChapters } from '@device-lifecycle/local/support/chapters.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

interface Client {
  send(command: object): Promise<unknown>;
}
type ClientClass = new (configuration: object) => Client;
type CommandClass = new (
  input: object,
) => { readonly schema: readonly [number, string, string, { readonly http?: readonly string[] }] };

/** Answers to a call whose operation, or service, the endpoint does not run; STS takes some without a signature. */
const REFUSALS = [
  'UnknownOperationException',
  'InvalidAction',
  'NotImplemented',
  'UnknownService',
  'MissingAuthenticationToken',
];
/** Signed for s3-object-lambda, which the endpoint does not have; its answer is none of S3's. */
const OF_ANOTHER_SERVICE = 'WriteGetObjectResponse';
/** What has to be in a request for it to be known, besides what its path names. */
const MEMBERS = {
  Bucket: 'checklist',
  Key: 'a',
  UploadId: 'a',
  PartNumber: 1,
  CopySource: 'checklist/a',
  Body: 'a',
};

const load = createRequire(import.meta.url);

let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack(['--no-service']);
});

afterAll(async () => {
  await stack.stop();
});

function clientOf(api: string): { readonly client: Client; readonly module: Record<string, unknown> } {
  const { client: name = '', clientClass = '' } = SDK_SERVICES.get(api) ?? {};
  const module = load(name) as Record<string, unknown>;
  const client = new (module[clientClass] as ClientClass)({
    ...stack.clientConfig,
    maxAttempts: 1,
    disableHostPrefix: true,
    forcePathStyle: true,
  });
  return { client, module };
}

/** The code of the answer to a call with as little in it as can be. */
async function codeOf(client: Client, Command: CommandClass): Promise<string> {
  const uri = new Command({}).schema[3].http?.[1] ?? '';
  const labels = Object.fromEntries([...uri.matchAll(/\{(\w+)\+?\}/g)].map(([, label]) => [label, 'a']));
  try {
    await client.send(new Command({ ...labels, ...MEMBERS }));
    return '';
  } catch (error) {
    const { name, $metadata } = Object(error);
    if ($metadata?.httpStatusCode === undefined) throw error;
    return String(name);
  }
}

describe('what the checklist says of the operations', () => {
  test.each(apiChapters)('$title', async ({ api = '', entries }) => {
    const { client, module } = clientOf(api);
    const wrong: string[] = [];
    for (const { name, status } of entries.filter((entry) => entry.name !== OF_ANOTHER_SERVICE)) {
      const code = await codeOf(client, module[`${name}Command`] as CommandClass);
      if (REFUSALS.includes(code) !== (status === 'refused')) wrong.push(`${name} (${status}): ${code}`);
    }
    expect(wrong).toEqual([]);
  });
});
