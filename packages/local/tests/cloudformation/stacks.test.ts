import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Laptop, startLaptop } from './harness.ts';
import { fn, queue, table, template } from './templates.ts';

let laptop: Laptop;

beforeEach(async () => {
  laptop = await startLaptop();
  laptop.objects.set('code/one.zip', Buffer.from('one'));
  laptop.objects.set('code/two.zip', Buffer.from('two'));
});
afterEach(() => laptop.close());

const StackName = 'shop';

async function create(TemplateBody: string, others = {}) {
  await laptop.client.send(new CreateStackCommand({ StackName, TemplateBody, ...others }));
  return laptop.settled(StackName);
}

async function update(TemplateBody: string, others = {}) {
  await laptop.client.send(new UpdateStackCommand({ StackName, TemplateBody, ...others }));
  return laptop.settled(StackName);
}

/** What has happened since the last operation began, the oldest first. */
async function events(name = StackName): Promise<readonly string[]> {
  const { StackEvents = [] } = await laptop.client.send(new DescribeStackEventsCommand({ StackName: name }));
  const begun = StackEvents.findIndex(
    ({ ResourceStatusReason }) => ResourceStatusReason === 'User Initiated',
  );
  return StackEvents.slice(0, begun + 1)
    .toReversed()
    .map(({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`);
}

describe('creating a stack', () => {
  it('makes its resources in the order of their kinds, and tells of each', async () => {
    const stack = await create(
      template(
        { F: fn('place-order', 'one.zip'), Q: queue('orders'), T: table('orders') },
        { Description: 'a shop', Outputs: { Table: { Value: { Ref: 'T' }, Description: 'orders' } } },
      ),
      { Tags: [{ Key: 'team', Value: 'shop' }] },
    );

    expect(stack).toMatchObject({
      StackName,
      StackId: expect.stringMatching(
        /^arn:aws:cloudformation:us-east-1:000000000000:stack\/shop\/[\da-f-]{36}$/,
      ),
      StackStatus: 'CREATE_COMPLETE',
      Description: 'a shop',
      Outputs: [{ OutputKey: 'Table', OutputValue: 'orders', Description: 'orders' }],
      Tags: [{ Key: 'team', Value: 'shop' }],
      EnableTerminationProtection: false,
    });
    expect(laptop.calls).toEqual(['put tables/orders', 'put queues/orders', 'put functions/place-order']);
    expect(laptop.things.get('functions/place-order')).toMatchObject({ codeDir: '/code/one' });
    expect(await events()).toEqual([
      'shop CREATE_IN_PROGRESS',
      'T CREATE_IN_PROGRESS',
      'T CREATE_COMPLETE',
      'Q CREATE_IN_PROGRESS',
      'Q CREATE_COMPLETE',
      'F CREATE_IN_PROGRESS',
      'F CREATE_COMPLETE',
      'shop CREATE_COMPLETE',
    ]);
  });

  it('knows resources by the ids that Ref gives', async () => {
    await create(template({ Q: queue('orders'), R: { Type: 'AWS::IAM::Role' } }), {
      Capabilities: ['CAPABILITY_IAM'],
    });
    const { StackResources } = await laptop.client.send(new DescribeStackResourcesCommand({ StackName }));
    expect(StackResources).toMatchObject([
      {
        LogicalResourceId: 'Q',
        PhysicalResourceId: expect.stringMatching(/^http:.*\/000000000000\/orders$/),
        ResourceType: 'AWS::SQS::Queue',
        ResourceStatus: 'CREATE_COMPLETE',
      },
      { LogicalResourceId: 'R', PhysicalResourceId: expect.stringMatching(/^shop-R-[\dA-F]{12}$/) },
    ]);
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
  it('takes everything back when a resource fails', async () => {
    laptop.refused.set('put functions/place-order', 'no such role');
    const stack = await create(template({ T: table('orders'), F: fn('place-order', 'one.zip') }));

    expect(stack).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
    expect(laptop.things.size).toBe(0);
    const { StackEvents = [] } = await laptop.client.send(new DescribeStackEventsCommand({ StackName }));
    expect(StackEvents).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          LogicalResourceId: 'F',
          ResourceStatus: 'CREATE_FAILED',
          ResourceStatusReason: 'no such role',
        }),
        expect.objectContaining({
          LogicalResourceId: 'shop',
          ResourceStatus: 'ROLLBACK_IN_PROGRESS',
          ResourceStatusReason:
            'The following resource(s) failed to create: [F]. Rollback requested by user.',
        }),
        expect.objectContaining({ LogicalResourceId: 'T', ResourceStatus: 'DELETE_COMPLETE' }),
      ]),
    );
  });

  it.each([
    ['DO_NOTHING', 'CREATE_FAILED', ['tables/orders']],
    ['DELETE', 'DELETE_COMPLETE', []],
  ] as const)('ends as OnFailure %s says', async (OnFailure, status, left) => {
    laptop.refused.set('put functions/place-order', 'no such role');
    const TemplateBody = template({ T: table('orders'), F: fn('place-order', 'one.zip') });
    const { StackId } = await laptop.client.send(
      new CreateStackCommand({ StackName, TemplateBody, OnFailure }),
    );
    await laptop.deployments.close();
    const { Stacks } = await laptop.client.send(new DescribeStacksCommand({ StackName: StackId }));
    expect(Stacks).toMatchObject([{ StackStatus: status }]);
    expect([...laptop.things.keys()]).toEqual(left);
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
  it.each([
    ['Retain', ['tables/orders']],
    ['RetainExceptOnCreate', []],
  ])(
    'leaves what has the DeletionPolicy %s as it says when it is taken back',
    async (DeletionPolicy, left) => {
      laptop.refused.set('put queues/orders', 'no');
      await create(template({ T: table('orders', { DeletionPolicy }), Q: queue('orders') }));
      expect([...laptop.things.keys()]).toEqual(left);
    },
  );

  it('leaves what was there before it when it is rolled back', async () => {
    laptop.things.set('tables/orders', 'made by a call');
    laptop.refused.set('put queues/orders', 'no');
    const stack = await create(template({ T: table('orders'), T2: table('others'), Q: queue('orders') }));
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect([...laptop.things.keys()]).toEqual(['tables/orders']);
    expect(await events()).toContain('T DELETE_SKIPPED');
  });

  it('fails at a function whose code is not there', async () => {
    await create(template({ F: fn('place-order', 'three.zip') }));
    const { StackEvents = [] } = await laptop.client.send(new DescribeStackEventsCommand({ StackName }));
    expect(StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED')).toMatchObject({
      LogicalResourceId: 'F',
      ResourceStatusReason: expect.stringContaining('S3 Error Code: NoSuchKey'),
    });
  });

  it('does not take what is of another stack', async () => {
    await create(template({ T: table('orders') }));
    await laptop.client.send(
      new CreateStackCommand({ StackName: 'other', TemplateBody: template({ Mine: table('orders') }) }),
    );
    expect(await laptop.settled('other')).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
    expect([...laptop.things.keys()]).toEqual(['tables/orders']);
  });
});

describe('updating a stack', () => {
  const before = template({ T: table('orders'), Q: queue('orders'), F: fn('place-order', 'one.zip') });

  beforeEach(async () => {
    await create(before);
    laptop.calls.length = 0;
  });

  it('changes what differs, and leaves the rest alone', async () => {
    const stack = await update(
      template({ T: table('orders'), Q2: queue('returns'), F: fn('place-order', 'two.zip') }),
    );

    expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
    expect(laptop.calls).toEqual(['put queues/returns', 'put functions/place-order', 'remove queues/orders']);
    expect(laptop.things.get('functions/place-order')).toMatchObject({
      codeDir: '/code/two',
      code: { codeSha256: 'two', codeSize: 3 },
    });
    expect(await events()).toEqual([
      'shop UPDATE_IN_PROGRESS',
      'Q2 CREATE_IN_PROGRESS',
      'Q2 CREATE_COMPLETE',
      'F UPDATE_IN_PROGRESS',
      'F UPDATE_COMPLETE',
      'shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'Q DELETE_IN_PROGRESS',
      'Q DELETE_COMPLETE',
      'shop UPDATE_COMPLETE',
    ]);
  });

  it('goes by where code is, not by what it is', async () => {
    laptop.objects.set('code/one.zip', Buffer.from('another'));
    await update(template({ T: table('orders'), F: fn('place-order', 'one.zip', { Timeout: 9 }) }));
    expect(laptop.things.get('functions/place-order')).toMatchObject({
      codeDir: '/code/one',
      timeoutMs: 9000,
    });
  });

  it('has the function heard of a permission of its own that changes', async () => {
    const permission = {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: 'place-order',
        Action: 'lambda:InvokeFunction',
        Principal: 'iot.amazonaws.com',
      },
    };
    await update(JSON.stringify({ Resources: { ...JSON.parse(before).Resources, P: permission } }));
    expect(laptop.calls).toEqual(['put functions/place-order']);
    expect(await events()).toEqual([
      'shop UPDATE_IN_PROGRESS',
      'P CREATE_IN_PROGRESS',
      'P CREATE_COMPLETE',
      'shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'shop UPDATE_COMPLETE',
    ]);
  });

  // `serverless deploy` gives a version another logical id with each change of its function.
  it('names a version of a function, and makes none', async () => {
    const withVersion = (logicalId: string, key: string) =>
      template(
        {
          [logicalId]: {
            Type: 'AWS::Lambda::Version',
            DeletionPolicy: 'Retain',
            Properties: { FunctionName: { Ref: 'F' }, CodeSha256: key },
          },
          F: fn('place-order', key),
        },
        { Outputs: { Arn: { Value: { Ref: logicalId } } } },
      );
    const Outputs = [{ OutputValue: 'arn:aws:lambda:us-east-1:000000000000:function:place-order:1' }];
    for (const [logicalId, key] of [
      ['V1', 'one.zip'],
      ['V2', 'two.zip'],
    ] as const) {
      const stack = await update(withVersion(logicalId, key));
      expect(stack).toMatchObject({ StackStatus: 'UPDATE_COMPLETE', Outputs });
    }
    expect([...laptop.things.keys()]).toEqual(['functions/place-order']);
  });

  it('puts another one in the place of what gets another name', async () => {
    await update(template({ T: table('orders-2'), Q: queue('orders'), F: fn('place-order', 'one.zip') }));
    expect(laptop.calls).toEqual(['put tables/orders-2', 'remove tables/orders']);
    const { StackResources } = await laptop.client.send(
      new DescribeStackResourcesCommand({ StackName, LogicalResourceId: 'T' }),
    );
    expect(StackResources).toMatchObject([
      { PhysicalResourceId: 'orders-2', ResourceStatus: 'UPDATE_COMPLETE' },
    ]);
  });

  it('is as it was when something fails', async () => {
    laptop.refused.set('put functions/place-order', 'no');
    const changed = { Q: queue('orders', { DelaySeconds: 5 }), F: fn('place-order', 'two.zip') };
    const stack = await update(template({ T2: table('returns'), ...changed }));

    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect([...laptop.things.keys()].sort()).toEqual([
      'functions/place-order',
      'queues/orders',
      'tables/orders',
    ]);
    expect(laptop.things.get('queues/orders')).toMatchObject({ properties: { QueueName: 'orders' } });
    expect(laptop.things.get('functions/place-order')).toMatchObject({ codeDir: '/code/one' });
    await expect(update(before)).rejects.toThrow('No updates are to be performed.');
  });

  it('stays where it failed if that is wanted, and can be put right', async () => {
    laptop.refused.set('put queues/returns', 'no');
    const after = template({ T: table('orders'), T2: table('returns'), Q2: queue('returns') });
    expect(await update(after, { DisableRollback: true })).toMatchObject({ StackStatus: 'UPDATE_FAILED' });
    expect([...laptop.things.keys()]).toContain('tables/returns');
    laptop.refused.clear();
    // Neither of the one nor of the other is left.
    expect(await update(template({ Q3: queue('lost') }))).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
    expect([...laptop.things.keys()]).toEqual(['queues/lost']);
  });
});

describe('deleting a stack', () => {
  it('removes its resources, the last first, but for those that it retains', async () => {
    const { StackId = '' } = await create(
      template({
        T: table('orders', { DeletionPolicy: 'Retain' }),
        Q: queue('orders'),
        Q2: queue('returns'),
      }),
    );
    laptop.calls.length = 0;
    await laptop.client.send(new DeleteStackCommand({ StackName }));
    await laptop.deployments.close();

    expect(laptop.calls).toEqual(['remove queues/returns', 'remove queues/orders']);
    expect(await events(StackId)).toEqual([
      'shop DELETE_IN_PROGRESS',
      'Q2 DELETE_IN_PROGRESS',
      'Q2 DELETE_COMPLETE',
      'Q DELETE_IN_PROGRESS',
      'Q DELETE_COMPLETE',
      'T DELETE_SKIPPED',
      'shop DELETE_COMPLETE',
    ]);
    await expect(laptop.client.send(new DescribeStacksCommand({ StackName }))).rejects.toThrow(
      'Stack with id shop does not exist',
    );
    expect(await laptop.settled(StackId)).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
  });

  it('fails at what can not be removed, and goes on when that is given up', async () => {
    const { StackId = '' } = await create(template({ T: table('orders'), Q: queue('orders') }));
    laptop.refused.set('remove tables/orders', 'it is protected');
    await laptop.client.send(new DeleteStackCommand({ StackName }));
    expect(await laptop.settled(StackName)).toMatchObject({
      StackStatus: 'DELETE_FAILED',
      StackStatusReason: 'The following resource(s) failed to delete: [T].',
    });
    await laptop.client.send(new DeleteStackCommand({ StackName, RetainResources: ['T'] }));
    expect(await laptop.settled(StackId)).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
    expect([...laptop.things.keys()]).toEqual(['tables/orders']);
  });
});
