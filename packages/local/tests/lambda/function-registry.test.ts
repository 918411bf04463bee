import { afterEach, describe, expect, it } from '@jest/globals';
import type { AwsRequest } from '../../src/aws.ts';
import type { Collections } from '../../src/data/collections.ts';
import type { FunctionDefinition } from '../../src/lambda/definition.ts';
import { useDataDirectory } from '../support/data-directories.ts';

import { type Deployment, deploy } from './deployment.ts';
import { zipOf } from './zip.ts';

const data = useDataDirectory();
const deployments: Deployment[] = [];

afterEach(async () => {
  for (const deployment of deployments.splice(0)) await deployment.remove();
});

async function start(
  collections: Collections,
  ofStack: Partial<FunctionDefinition> = {},
): Promise<Deployment> {
  const files = { 'index.js': 'exports.ofStack = async () => process.env.NAME ?? "stack";' };
  const deployment = await deploy(files, {}, { collections });
  deployments.push(deployment);
  await deployment.keeper.put({
    functionName: 'ofStack',
    arn: 'arn:aws:lambda:eu-west-1:000000000000:function:ofStack',
    handler: 'index.ofStack',
    codeDir: deployments[0]?.codeDir ?? '',
    environment: {},
    timeoutMs: 3000,
    memoryMb: 128,
    runtime: 'nodejs24.x',
    ...ofStack,
  });
  return deployment;
}

async function call({ handle }: Deployment, method: string, path: string, body: object): Promise<unknown> {
  const request: AwsRequest = {
    service: 'lambda',
    method,
    path: `/2015-03-31/functions${path}`,
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
  };
  return JSON.parse(String((await handle(request)).body));
}

const answerOf = async ({ invoke }: Deployment, name: string) =>
  JSON.parse((await invoke(name, '{}')).payload);

describe('functions that are kept', () => {
  it('are as calls have changed them, with their code, while the stack says the same', async () => {
    const before = await start((await data.reopen()).collections);
    const ZipFile = (
      await zipOf({ 'index.js': `exports.ofStack = async () => process.env.NAME + '!';` })
    ).toString('base64');
    await call(before, 'PUT', '/ofStack/code', { ZipFile });
    const Environment = { Variables: { NAME: 'changed' } };
    await call(before, 'PUT', '/ofStack/configuration', { Environment });
    expect(await answerOf(before, 'ofStack')).toBe('changed!');

    const after = await start((await data.reopen()).collections);
    expect(await answerOf(after, 'ofStack')).toBe('changed!');

    const deployed = await start((await data.reopen()).collections, { timeoutMs: 4000 });
    expect(await answerOf(deployed, 'ofStack')).toBe('stack');
  });
});
