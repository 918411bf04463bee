import {
  type CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  DetectStackDriftCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  SetStackPolicyCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Laptop, startLaptop } from './harness.ts';
import { queue, table, template } from './templates.ts';

let laptop: Laptop;
let client: CloudFormationClient;

beforeEach(async () => {
  laptop = await startLaptop();
  client = laptop.client;
});
afterEach(() => laptop.close());

const StackName = 'shop';
const PLAIN = template({ T: table('orders') });

async function create(TemplateBody = PLAIN, name = StackName) {
  await client.send(new CreateStackCommand({ StackName: name, TemplateBody }));
  return laptop.settled(name);
}

/** Pages of the API reference: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/ */
describe('what CloudFormation refuses', () => {
  it.each<readonly [what: string, call: () => Promise<unknown>, error: object]>([
    [
      'DescribeStacks of a stack that is not there',
      () => client.send(new DescribeStacksCommand({ StackName: 'none' })),
      { name: 'ValidationError', message: 'Stack with id none does not exist' },
    ],
    [
      'UpdateStack of one',
      () => client.send(new UpdateStackCommand({ StackName: 'none', TemplateBody: PLAIN })),
      { name: 'ValidationError', message: 'Stack [none] does not exist' },
    ],
    [
      'DescribeStackEvents of one',
      () => client.send(new DescribeStackEventsCommand({ StackName: 'none' })),
      { name: 'ValidationError', message: 'Stack [none] does not exist' },
    ],
    [
      'DescribeStackResource of a resource that is not there',
      async () => {
        await create();
        await client.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'X' }));
      },
      { name: 'ValidationError', message: 'Resource X does not exist for stack shop' },
    ],
    [
      'CreateStack of one that is there',
      async () => {
        await create();
        await create();
      },
      { name: 'AlreadyExistsException', message: 'Stack [shop] already exists' },
    ],
    [
      'UpdateStack without a change',
      async () => {
        await create();
        await client.send(new UpdateStackCommand({ StackName, TemplateBody: PLAIN }));
      },
      { name: 'ValidationError', message: 'No updates are to be performed.' },
    ],
    [
      'a change set that is not there',
      async () => {
        await create();
        await client.send(new DescribeChangeSetCommand({ StackName, ChangeSetName: 'none' }));
      },
      { name: 'ChangeSetNotFoundException', message: 'ChangeSet [none] does not exist' },
    ],
    [
      'a change set of type CREATE for a stack that is there',
      async () => {
        await create();
        await client.send(
          new CreateChangeSetCommand({
            StackName,
            ChangeSetName: 'one',
            ChangeSetType: 'CREATE',
            TemplateBody: PLAIN,
          }),
        );
      },
      {
        message: 'Stack [shop] already exists and cannot be created again with the changeSet [one].',
      },
    ],
    [
      'IAM resources that nobody has acknowledged',
      () => create(template({ R: { Type: 'AWS::IAM::Role' } })),
      { name: 'InsufficientCapabilitiesException', message: 'Requires capabilities : [CAPABILITY_IAM]' },
    ],
    [
      'IAM resources with names that nobody has acknowledged',
      () => create(template({ R: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r' } } })),
      { message: 'Requires capabilities : [CAPABILITY_NAMED_IAM]' },
    ],
    [
      'a name that none may have',
      () => create(PLAIN, 'my_shop'),
      {
        message:
          "1 validation error detected: Value 'my_shop' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*",
      },
    ],
    [
      'two templates',
      () => client.send(new CreateStackCommand({ StackName, TemplateBody: PLAIN, TemplateURL: 'https://x' })),
      { message: 'Either Template URL or Template Body must be specified.' },
    ],
    [
      'a template that is not in S3',
      () =>
        client.send(
          new CreateStackCommand({ StackName, TemplateURL: 'https://s3.amazonaws.com/b/none.json' }),
        ),
      {
        message: expect.stringMatching(/^S3 error: The specified key does not exist\.\nFor more information/),
      },
    ],
    [
      'a template that is no JSON',
      () => create('{"Resources": }'),
      { message: expect.stringContaining('Template format error: JSON not well-formed.') },
    ],
    [
      'a template that is no YAML',
      () => create('a: b: c'),
      { message: expect.stringContaining('Template format error: YAML not well-formed.') },
    ],
    [
      'a parameter that the template does not have',
      () =>
        client.send(
          new CreateStackCommand({
            StackName,
            TemplateBody: PLAIN,
            Parameters: [{ ParameterKey: 'P', ParameterValue: 'v' }],
          }),
        ),
      { message: 'Parameters: [P] do not exist in the template' },
    ],
    [
      'a parameter without a value',
      () => create(template({ T: table('orders') }, { Parameters: { P: { Type: 'String' } } })),
      { message: 'Parameters: [P] must have values' },
    ],
    [
      'a value that is not allowed',
      () =>
        client.send(
          new CreateStackCommand({
            StackName,
            TemplateBody: template(
              { T: table('orders') },
              { Parameters: { P: { Type: 'String', AllowedValues: ['a', 'b'] } } },
            ),
            Parameters: [{ ParameterKey: 'P', ParameterValue: 'c' }],
          }),
        ),
      { message: "Parameter 'P' must be one of AllowedValues: a, b" },
    ],
    [
      'an export that nobody has',
      () => create(template({ Q: queue('q', { KmsMasterKeyId: { 'Fn::ImportValue': 'key' } }) })),
      { message: expect.stringContaining('No export named key found.') },
    ],
    [
      'a resource that the laptop runtime can not run',
      () => create(template({ S: { Type: 'AWS::Kinesis::Stream' } })),
      { message: expect.stringContaining('cannot run a resource of the type AWS::Kinesis::Stream') },
    ],
    [
      'an operation that the laptop runtime does not have',
      () => client.send(new DetectStackDriftCommand({ StackName })),
      { name: 'InvalidAction', message: expect.stringContaining('the operation DetectStackDrift of') },
    ],
    [
      'topics to be told',
      () =>
        client.send(
          new CreateStackCommand({ StackName, TemplateBody: PLAIN, NotificationARNs: ['arn:aws:sns:a:b:c'] }),
        ),
      { message: expect.stringContaining('NotificationARNs: the laptop runtime tells no topics') },
    ],
    [
      'a parameter of the call that is not known',
      () =>
        client.send(new CreateStackCommand({ StackName, TemplateBody: PLAIN, ResourceTypes: ['AWS::*'] })),
      { message: expect.stringContaining('does not know the parameter ResourceTypes here') },
    ],
    [
      'to delete a stack that is protected',
      async () => {
        await create();
        await client.send(
          new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: true }),
        );
        await client.send(new DeleteStackCommand({ StackName }));
      },
      { message: 'Stack [shop] cannot be deleted while TerminationProtection is enabled' },
    ],
  ])('%s', async (_what, call, error) => {
    await expect(call()).rejects.toMatchObject(error);
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
describe('change sets', () => {
  const ChangeSetName = 'one';

  async function changeSet(TemplateBody: string, ChangeSetType: 'CREATE' | 'UPDATE') {
    await client.send(new CreateChangeSetCommand({ StackName, ChangeSetName, ChangeSetType, TemplateBody }));
    return client.send(new DescribeChangeSetCommand({ StackName, ChangeSetName }));
  }

  it('make a stack that is to be reviewed, and create it when they are executed', async () => {
    expect(await changeSet(PLAIN, 'CREATE')).toMatchObject({
      Status: 'CREATE_COMPLETE',
      ExecutionStatus: 'AVAILABLE',
      Changes: [
        {
          Type: 'Resource',
          ResourceChange: { Action: 'Add', LogicalResourceId: 'T', ResourceType: 'AWS::DynamoDB::Table' },
        },
      ],
    });
    expect(await laptop.settled(StackName)).toMatchObject({ StackStatus: 'REVIEW_IN_PROGRESS' });
    expect(laptop.things.size).toBe(0);

    await client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }));
    expect(await laptop.settled(StackName)).toMatchObject({
      StackStatus: 'CREATE_COMPLETE',
      ChangeSetId: expect.stringContaining(':changeSet/one/'),
    });
    await expect(
      client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName })),
    ).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
  });

  it('show what is added, modified, replaced and removed', async () => {
    await create(template({ T: table('orders'), Q: queue('orders'), Gone: queue('gone'), R: table('old') }));
    const { Changes } = await changeSet(
      template({
        T: table('orders'),
        Q: queue('orders', { DelaySeconds: 1 }),
        New: queue('new'),
        R: table('new', { UpdateReplacePolicy: 'Retain' }),
      }),
      'UPDATE',
    );
    expect(Changes?.map(({ ResourceChange }) => ResourceChange)).toMatchObject([
      { Action: 'Remove', LogicalResourceId: 'Gone', PolicyAction: 'Delete' },
      { Action: 'Add', LogicalResourceId: 'New' },
      {
        Action: 'Modify',
        LogicalResourceId: 'Q',
        Replacement: 'False',
        Scope: ['Properties'],
        Details: [{ Target: { Attribute: 'Properties', Name: 'DelaySeconds', RequiresRecreation: 'Never' } }],
      },
      { Action: 'Modify', LogicalResourceId: 'R', Replacement: 'True', PolicyAction: 'ReplaceAndRetain' },
    ]);
  });

  it('fail where there is nothing to change, and where the template can not be run', async () => {
    await create();
    expect(await changeSet(PLAIN, 'UPDATE')).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
    await client.send(new DeleteChangeSetCommand({ StackName, ChangeSetName }));
    expect(await changeSet(template({ S: { Type: 'AWS::Kinesis::Stream' } }), 'UPDATE')).toMatchObject({
      Status: 'FAILED',
      StatusReason: expect.stringContaining('AWS::Kinesis::Stream'),
    });
  });

  it('can be deleted, whether they are there or not', async () => {
    await create();
    await changeSet(template({ T: table('orders'), Q: queue('q') }), 'UPDATE');
    await client.send(new DeleteChangeSetCommand({ StackName, ChangeSetName }));
    await client.send(new DeleteChangeSetCommand({ StackName, ChangeSetName }));
  });
});

describe('templates', () => {
  const YAML = `
Description: a shop
Parameters:
  Name: { Type: String, Default: orders }
  Secret: { Type: String, NoEcho: true, Default: hidden }
Conditions:
  IsOrders: !Equals [!Ref Name, orders]
Resources:
  Q:
    Type: AWS::SQS::Queue
    Properties: { QueueName: !Sub "\${Name}-queue" }
  Never:
    Type: AWS::SQS::Queue
    Condition: IsOrders
Outputs:
  Arn: { Value: !GetAtt Q.Arn }
  Url: { Value: !Ref Q, Condition: IsOrders }
`;

  it('are YAML as well as JSON, and have parameters, conditions and outputs', async () => {
    await client.send(
      new CreateStackCommand({
        StackName,
        TemplateBody: YAML,
        Parameters: [{ ParameterKey: 'Name', ParameterValue: 'returns' }],
      }),
    );
    expect(await laptop.settled(StackName)).toMatchObject({
      StackStatus: 'CREATE_COMPLETE',
      Parameters: [
        { ParameterKey: 'Name', ParameterValue: 'returns' },
        { ParameterKey: 'Secret', ParameterValue: '****' },
      ],
      Outputs: [{ OutputKey: 'Arn', OutputValue: 'arn:aws:sqs:us-east-1:000000000000:returns-queue' }],
    });
    expect([...laptop.things.keys()]).toEqual(['queues/returns-queue']);
    expect((await client.send(new GetTemplateCommand({ StackName }))).TemplateBody).toBe(YAML);

    await client.send(
      new UpdateStackCommand({
        StackName,
        UsePreviousTemplate: true,
        Parameters: [{ ParameterKey: 'Name', ParameterValue: 'orders' }],
      }),
    );
    await laptop.settled(StackName);
    const { StackResourceSummaries } = await client.send(new ListStackResourcesCommand({ StackName }));
    expect(StackResourceSummaries?.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(['Never', 'Q']);
  });

  it.each([
    'https://s3.amazonaws.com/bucket/path/template.json',
    'https://s3.eu-west-1.amazonaws.com/bucket/path/template.json',
    'https://bucket.s3.us-east-1.amazonaws.com/path/template.json',
  ])('come from S3: %s', async (TemplateURL) => {
    laptop.objects.set('bucket/path/template.json', Buffer.from(PLAIN));
    await client.send(new CreateStackCommand({ StackName, TemplateURL }));
    expect(await laptop.settled(StackName)).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  });

  it('are validated and summed up without being run', async () => {
    const TemplateBody = template({ S: { Type: 'AWS::Kinesis::Stream' }, R: { Type: 'AWS::IAM::Role' } });
    expect(await client.send(new ValidateTemplateCommand({ TemplateBody }))).toMatchObject({
      Parameters: [],
      Capabilities: ['CAPABILITY_IAM'],
      CapabilitiesReason: 'The following resource(s) require capabilities: [AWS::IAM::Role]',
    });
    await expect(client.send(new ValidateTemplateCommand({ TemplateBody: '{}' }))).rejects.toThrow(
      'At least one Resources member must be defined.',
    );
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
it('takes the exports of other stacks, which can not be deleted as long as they are used', async () => {
  await create(
    template(
      { T: table('orders') },
      { Outputs: { T: { Value: { Ref: 'T' }, Export: { Name: 'orders-table' } } } },
    ),
  );
  await create(
    template({ Q: queue('q', { KmsMasterKeyId: { 'Fn::ImportValue': 'orders-table' } }) }),
    'user',
  );

  expect(laptop.things.get('queues/q')).toMatchObject({ properties: { KmsMasterKeyId: 'orders' } });
  expect(await client.send(new ListExportsCommand())).toMatchObject({
    Exports: [
      { Name: 'orders-table', Value: 'orders', ExportingStackId: expect.stringContaining(':stack/shop/') },
    ],
  });
  await expect(client.send(new DeleteStackCommand({ StackName }))).rejects.toThrow(
    'Export orders-table cannot be deleted as it is in use by user',
  );
  await client.send(new UpdateStackCommand({ StackName, TemplateBody: template({ T: table('orders') }) }));
  expect(await laptop.settled(StackName)).toMatchObject({
    StackStatus: 'UPDATE_ROLLBACK_COMPLETE',
    Outputs: [{ ExportName: 'orders-table' }],
  });
  const again = { Outputs: { T: { Value: 'mine', Export: { Name: 'orders-table' } } } };
  expect(await create(template({ T: table('mine') }, again), 'third')).toMatchObject({
    StackStatus: 'ROLLBACK_COMPLETE',
  });
  const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName }));
  expect(StackEvents).toContainEqual(
    expect.objectContaining({
      ResourceStatus: 'UPDATE_ROLLBACK_IN_PROGRESS',
      ResourceStatusReason: 'Export orders-table cannot be deleted as it is in use by user',
    }),
  );
});

it('takes stack policies that are JSON', async () => {
  await create();
  const StackPolicyBody = '{"Statement":[]}';
  await client.send(new SetStackPolicyCommand({ StackName, StackPolicyBody }));
  await expect(
    client.send(new SetStackPolicyCommand({ StackName, StackPolicyBody: 'nothing' })),
  ).rejects.toThrow('Invalid stack policy');
});
