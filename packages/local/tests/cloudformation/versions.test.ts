import { CreateStackCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/template/template.ts';
import { type Laptop, sharedCollections, startLaptop } from './harness.ts';
import { fn, queue, template } from './templates.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html
const StackName = 'shop';
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:place-order';

let laptop: Laptop;

beforeEach(async () => {
  laptop = await startLaptop();
  laptop.objects.set('code/one.zip', Buffer.from('one')).set('code/two.zip', Buffer.from('two'));
});

afterEach(() => laptop.close());

const version = (Properties: JsonObject = {}): JsonObject => ({
  Type: 'AWS::Lambda::Version',
  DeletionPolicy: 'Retain',
  Properties: { FunctionName: { Ref: 'F' }, ...Properties },
});

const withVersion = (key: string, logicalId: string, Properties?: JsonObject, others: JsonObject = {}) =>
  template(
    { [logicalId]: version(Properties), F: fn('place-order', key), ...others },
    { Outputs: { Arn: { Value: { Ref: logicalId } } } },
  );

const createCommand = (TemplateBody: string) => new CreateStackCommand({ StackName, TemplateBody });
const updateCommand = (TemplateBody: string) => new UpdateStackCommand({ StackName, TemplateBody });

/** The stack's status, and the ARN of its version. */
async function deployed(command: CreateStackCommand | UpdateStackCommand) {
  await laptop.client.send(command as CreateStackCommand);
  const { StackStatus, Outputs } = await laptop.settled(StackName);
  return [StackStatus, Outputs?.[0]?.OutputValue];
}

const published = () => [...laptop.things.keys()].filter((key) => key.startsWith('functionVersions/'));

it('publishes a version for each logical id, which Ref gives the ARN of, after the function is there', async () => {
  expect(await deployed(createCommand(withVersion('one.zip', 'V1', { Description: 'first' })))).toEqual([
    'CREATE_COMPLETE',
    `${ARN}:1`,
  ]);
  expect(laptop.calls).toEqual(['put functions/place-order', `put functionVersions/${ARN}:1`]);
  expect(laptop.things.get(`functionVersions/${ARN}:1`)).toMatchObject({
    functionName: 'place-order',
    version: '1',
    description: 'first',
  });

  expect(await deployed(updateCommand(withVersion('two.zip', 'V2')))).toEqual([
    'UPDATE_COMPLETE',
    `${ARN}:2`,
  ]);
  expect(published()).toEqual([`functionVersions/${ARN}:1`, `functionVersions/${ARN}:2`]);
});

it('leaves a version as it is that is there already', async () => {
  await deployed(createCommand(withVersion('one.zip', 'V')));
  laptop.calls.length = 0;
  const changed = withVersion('one.zip', 'V', undefined, { Q: queue('orders') });
  expect(await deployed(updateCommand(changed))).toEqual(['UPDATE_COMPLETE', `${ARN}:1`]);
  expect(laptop.calls).toEqual(['put queues/orders']);
});

it('makes another version of one that has other properties', async () => {
  await deployed(createCommand(withVersion('one.zip', 'V')));
  const changed = withVersion('two.zip', 'V', { Description: 'second' });
  expect(await deployed(updateCommand(changed))).toEqual(['UPDATE_COMPLETE', `${ARN}:2`]);
});

it('goes on with the number that it had begun with, when it was killed', async () => {
  await laptop.close();
  const collections = sharedCollections();
  laptop = await startLaptop(collections);
  laptop.objects.set('code/one.zip', Buffer.from('one'));
  let kept: ReturnType<typeof collections.snapshot> | undefined;
  const { things } = laptop;
  const set = things.set.bind(things);
  things.set = (key, value) => {
    set(key, value);
    if (key.startsWith('functionVersions/')) kept = collections.snapshot();
    return things;
  };
  await deployed(createCommand(withVersion('one.zip', 'V')));
  expect(kept).toBeDefined();
  await laptop.close();

  collections.restore(kept ?? new Map());
  laptop = await startLaptop(collections, new Map(things));
  await laptop.deployments.start(undefined);
  const { StackStatus, Outputs } = await laptop.settled(StackName);
  expect([StackStatus, Outputs?.[0]?.OutputValue]).toEqual(['CREATE_COMPLETE', `${ARN}:1`]);
  expect(published()).toEqual([`functionVersions/${ARN}:1`]);
});
