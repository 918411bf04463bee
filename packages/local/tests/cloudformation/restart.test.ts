import {
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KEPT_KINDS } from '../../src/template/resource-kinds.ts';
import { type Laptop, type SharedCollections, sharedCollections, startLaptop } from './harness.ts';
import { queue, table, template } from './templates.ts';

const StackName = 'shop';
const BEFORE = template({ T: table('orders'), Q: queue('orders'), Old: table('old') });
const AFTER = template({ T: table('orders'), Q: queue('returns'), New: table('new') });

let collections: SharedCollections;
let laptop: Laptop;

beforeEach(async () => {
  collections = sharedCollections();
  laptop = await startLaptop(collections);
});
afterEach(() => laptop.close());

/** A runtime that goes on with what the one before has left. */
async function restart(): Promise<void> {
  await laptop.close();
  laptop = await startLaptop(collections, laptop.things);
  await laptop.deployments.start(undefined);
}

/** Has the stack be as it was when a call of a keeper was not answered: the process was killed in it. */
async function killedAt(call: string, begin: () => Promise<unknown>): Promise<void> {
  const { push } = laptop.calls;
  let left: ReturnType<SharedCollections['snapshot']> | undefined;
  laptop.calls.push = (...made) => {
    if (made.includes(call)) left ??= collections.snapshot();
    return push.apply(laptop.calls, made);
  };
  await begin();
  await laptop.deployments.close();
  if (left === undefined) throw new Error(`There was no ${call}, but ${laptop.calls.join(', ')}`);
  collections.restore(left);
}

const statusOf = async () =>
  (await laptop.client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus;

it('brings up what was deployed, without a word', async () => {
  await laptop.client.send(new CreateStackCommand({ StackName, TemplateBody: BEFORE }));
  await laptop.settled(StackName);
  const { StackEvents: before } = await laptop.client.send(new DescribeStackEventsCommand({ StackName }));
  laptop.things.clear();
  await restart();

  expect([...laptop.things.keys()]).toEqual(['tables/orders', 'tables/old', 'queues/orders']);
  expect(await statusOf()).toBe('CREATE_COMPLETE');
  const { StackEvents: after } = await laptop.client.send(new DescribeStackEventsCommand({ StackName }));
  expect(after).toEqual(before);
});

describe('where what stacks are made of is kept', () => {
  const gone = 'Q is made again: a call has removed http://127.0.0.1:';

  it.each([
    ['brings up', undefined],
    ['starts with', { stackName: StackName, template: BEFORE, codeDirectory: '/package' }],
  ])('makes again what a call has removed of a stack that the runtime %s', async (_, started) => {
    await laptop.client.send(new CreateStackCommand({ StackName, TemplateBody: BEFORE }));
    await laptop.settled(StackName);
    laptop.things.delete('queues/orders');
    await laptop.close();
    laptop = await startLaptop(collections, laptop.things, KEPT_KINDS);
    await laptop.deployments.start(started);
    expect(laptop.calls).toEqual(['put queues/orders']);
    expect(laptop.warnings).toEqual([expect.stringContaining(gone)]);
    expect(await statusOf()).toBe('CREATE_COMPLETE');
  });
});

// On AWS, nobody could kill CloudFormation: what it has begun comes to its end.
describe('after a kill', () => {
  it.each(['put tables/orders', 'put queues/orders'])('at %s, a creation comes to its end', async (call) => {
    await killedAt(call, () =>
      laptop.client.send(new CreateStackCommand({ StackName, TemplateBody: BEFORE })),
    );
    await restart();
    expect(await statusOf()).toBe('CREATE_COMPLETE');
    expect([...laptop.things.keys()].sort()).toEqual(['queues/orders', 'tables/old', 'tables/orders']);
  });

  it.each(['put tables/new', 'put queues/returns', 'remove queues/orders', 'remove tables/old'])(
    'at %s, an update comes to its end',
    async (call) => {
      await laptop.client.send(new CreateStackCommand({ StackName, TemplateBody: BEFORE }));
      await laptop.settled(StackName);
      await killedAt(call, () =>
        laptop.client.send(new UpdateStackCommand({ StackName, TemplateBody: AFTER })),
      );
      laptop.things.set('tables/old', {}).set('queues/orders', {});
      await restart();
      expect(await statusOf()).toBe('UPDATE_COMPLETE');
      expect([...laptop.things.keys()].sort()).toEqual(['queues/returns', 'tables/new', 'tables/orders']);
    },
  );

  it('an update that is being taken back is taken back', async () => {
    await laptop.client.send(new CreateStackCommand({ StackName, TemplateBody: BEFORE }));
    await laptop.settled(StackName);
    laptop.refused.set('put queues/returns', 'no');
    await killedAt('remove tables/new', () =>
      laptop.client.send(new UpdateStackCommand({ StackName, TemplateBody: AFTER })),
    );
    laptop.things.set('tables/new', {});
    await restart();
    expect(await statusOf()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect([...laptop.things.keys()].sort()).toEqual(['queues/orders', 'tables/old', 'tables/orders']);
  });
});

describe('a package that the runtime starts with', () => {
  const started = (text: string) => ({ stackName: StackName, template: text, codeDirectory: '/package' });

  it('is a stack, and updates what was kept of it', async () => {
    await laptop.deployments.start(started(BEFORE));
    expect(await statusOf()).toBe('CREATE_COMPLETE');
    await laptop.close();
    laptop = await startLaptop(collections, laptop.things);
    await laptop.deployments.start(started(AFTER));
    expect(await statusOf()).toBe('UPDATE_COMPLETE');
    expect([...laptop.things.keys()].sort()).toEqual(['queues/returns', 'tables/new', 'tables/orders']);
    expect(laptop.deployments.stacks()).toMatchObject([
      { stackName: StackName, stack: { tables: [{}, {}] } },
    ]);
  });

  it('fails the start where something can not be made', async () => {
    laptop.refused.set('put queues/orders', 'no such key');
    await expect(laptop.deployments.start(started(BEFORE))).rejects.toThrow(
      "Resources.Q can't be created: no such key",
    );
    // What was made is known to the next start, which may not want it any longer.
    await laptop.close();
    laptop = await startLaptop(collections, laptop.things);
    await laptop.deployments.start(started(AFTER));
    expect([...laptop.things.keys()].sort()).toEqual(['queues/returns', 'tables/new', 'tables/orders']);
  });
});
