import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Deployment, deploy } from './deployment.ts';

const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:told';
const DEFINITION = {
  functionName: 'told',
  arn: ARN,
  handler: 'index.told',
  environment: { NAME: 'first' },
  timeoutMs: 3000,
  memoryMb: 128,
  runtime: 'nodejs24.x',
  code: { codeSha256: 'one', codeSize: 1 },
};

let deployment: Deployment;

beforeEach(async () => {
  deployment = await deploy({ 'index.js': 'exports.told = async () => process.env.NAME;' }, {});
  await put({});
});

afterEach(() => deployment.remove());

const put = (changes: object) =>
  deployment.keeper.put({ ...DEFINITION, codeDir: deployment.codeDir, ...changes });

const publish = (version: string, others: object = {}) =>
  deployment.versions.put({
    logicalId: `V${version}`,
    functionName: 'told',
    version,
    arn: `${ARN}:${version}`,
    ...others,
  });

const answerOf = async (version: string) =>
  JSON.parse((await deployment.invoke(`told:${version}`, '{}')).payload);

it('publishes the function as it is, once', async () => {
  await publish('1');
  await put({ environment: { NAME: 'second' } });
  await publish('1');
  await publish('2');
  expect([await answerOf('1'), await answerOf('2')]).toEqual(['first', 'second']);
  expect(deployment.nextVersion('told')).toBe(3);

  await deployment.versions.remove({
    logicalId: 'V1',
    functionName: 'told',
    version: '1',
    arn: `${ARN}:1`,
  });
  await expect(answerOf('1')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  expect(deployment.nextVersion('told')).toBe(3);
});

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
it.each([
  ['its configuration', { timeoutMs: 4000 }],
  ['what has no effect here', { told: { Description: 'another' } }],
])('publishes a function again of which %s has changed', async (_what, changes) => {
  await publish('1', { description: 'first' });
  await put(changes);
  await publish('2', { description: 'second' });
  expect(deployment.nextVersion('told')).toBe(3);
});

it.each([
  ['has not changed', '2', {}, 'A version for this Lambda function exists ( 1 ).'],
  ['has other code than was expected', '2', { codeSha256: 'two' }, 'CodeSHA256 (two) is different from'],
  ['is not there', '1', { functionName: 'gone', arn: `${ARN}:1` }, 'Function not found: '],
])('publishes no function that %s', async (_what, version, others, message) => {
  await publish('1');
  await expect(publish(version, others)).rejects.toThrow(message);
  expect(deployment.nextVersion('told')).toBe(2);
});
