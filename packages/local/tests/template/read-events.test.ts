import { describe, expect, it } from '@jest/globals';
import { readStack } from '../../src/template/read-stack.ts';
import { stackNames } from '../../src/template/stack.ts';
import type { JsonObject } from '../../src/template/template.ts';

const environment = {
  region: 'eu-west-1',
  accountId: '000000000000',
  stackName: 'shop-dev',
  endpointUrl: 'http://127.0.0.1:4566',
};

const arnOf = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:000000000000:${resource}`;
const getArn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const pattern = { source: ['shop.orders'] };

const common: JsonObject = {
  OrdersEventBus: {
    Type: 'AWS::Events::EventBus',
    Properties: { Name: 'orders', Description: 'all orders' },
  },
  MayWrite: { Type: 'AWS::Logs::ResourcePolicy', Properties: { PolicyName: 'p', PolicyDocument: '{}' } },
  MayPut: { Type: 'AWS::Events::EventBusPolicy', Properties: { StatementId: 's' } },
  Inbox: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inbox' } },
  Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/events/orders' } },
  Role: { Type: 'AWS::IAM::Role' },
  Code: { Type: 'AWS::S3::Bucket' },
  Notify: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'notify',
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Code: { S3Bucket: { Ref: 'Code' }, S3Key: 'notify.zip' },
    },
  },
  Work: {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      StateMachineName: 'work',
      RoleArn: getArn('Role'),
      Definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } },
    },
  },
};

const permission: JsonObject = {
  Type: 'AWS::Lambda::Permission',
  Properties: {
    FunctionName: { Ref: 'Notify' },
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
    SourceArn: getArn('Rule'),
  },
};

function read(resources: JsonObject) {
  const template = JSON.stringify({ Resources: { ...common, ...resources } });
  return readStack(template, environment, { codeDirOf: String });
}

const rule = (properties: JsonObject = {}): JsonObject => ({
  Permission: permission,
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'placed',
      EventBusName: { Ref: 'OrdersEventBus' },
      EventPattern: pattern,
      ...properties,
    },
  },
});

const toQueue = (target: JsonObject = {}) =>
  rule({ Targets: [{ Id: 'q', Arn: getArn('Inbox'), ...target }] });

describe('reading EventBridge', () => {
  it('reads buses, and lists the policies that are not enforced', () => {
    const stack = read({});

    expect(stack.events).toEqual({
      eventBuses: [{ logicalId: 'OrdersEventBus', name: 'orders', description: 'all orders' }],
      rules: [],
      archives: [],
    });
    expect(stackNames(stack).eventBuses).toEqual({ orders: 'orders' });
    expect(stack.notRun.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['AWS::Events::EventBusPolicy', 'AWS::Logs::ResourcePolicy']),
    );
  });

  it('reads rules with all that they can deliver to', () => {
    const { events, schedules } = read(
      rule({
        EventBusName: getArn('OrdersEventBus'),
        State: 'DISABLED',
        Description: 'new orders',
        Targets: [
          { Id: 'f', Arn: getArn('Notify') },
          {
            Id: 'q',
            Arn: getArn('Inbox'),
            DeadLetterConfig: { Arn: getArn('Inbox') },
            RetryPolicy: { MaximumRetryAttempts: '3', MaximumEventAgeInSeconds: 60 },
          },
          { Id: 'm', Arn: { Ref: 'Work' }, RoleArn: getArn('Role') },
          { Id: 'l', Arn: { 'Fn::Sub': 'arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Log}' } },
        ],
      }),
    );

    expect(schedules).toEqual([]);
    expect(events.rules).toMatchObject([
      {
        name: 'placed',
        eventBusName: 'orders',
        eventPattern: JSON.stringify(pattern),
        state: 'DISABLED',
        description: 'new orders',
        targets: [
          { id: 'f', kind: 'function', arn: arnOf('lambda', 'function:notify') },
          {
            id: 'q',
            kind: 'queue',
            deadLetterQueueArn: arnOf('sqs', 'inbox'),
            maximumRetryAttempts: 3,
            maximumEventAgeInSeconds: 60,
          },
          { id: 'm', kind: 'stateMachine', maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 },
          { id: 'l', kind: 'logGroup', arn: arnOf('logs', 'log-group:/aws/events/orders') },
        ],
      },
    ]);
  });

  it('names rules by their bus and by their stack', () => {
    const topic = (name: JsonObject) => ({
      ...rule(name),
      Names: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: 'names',
          Tags: [
            { Key: 'ref', Value: { Ref: 'Rule' } },
            { Key: 'arn', Value: getArn('Rule') },
          ],
        },
      },
    });
    const tags = (name: JsonObject) =>
      read(topic(name)).queues.find(({ queueName }) => queueName === 'names')?.properties['Tags'];

    expect(tags({})).toEqual([
      { Key: 'ref', Value: 'orders|placed' },
      { Key: 'arn', Value: arnOf('events', 'rule/orders/placed') },
    ]);
    expect(tags({ EventBusName: arnOf('events', 'event-bus/default') })).toEqual([
      { Key: 'ref', Value: 'placed' },
      { Key: 'arn', Value: arnOf('events', 'rule/placed') },
    ]);
  });

  it('reads a rule that has a schedule and a pattern as both', () => {
    const { events, schedules } = read(
      rule({
        EventBusName: { Ref: 'AWS::NoValue' },
        ScheduleExpression: 'rate(1 minute)',
        Targets: [{ Id: 'f', Arn: getArn('Notify') }],
      }),
    );

    expect(schedules).toEqual([]);
    expect(events.rules).toMatchObject([
      {
        name: 'placed',
        eventBusName: 'default',
        scheduleExpression: 'rate(1 minute)',
        targets: [{ id: 'f' }],
      },
    ]);
  });

  it('reads archives', () => {
    const archive = (properties: JsonObject) => ({
      Kept: {
        Type: 'AWS::Events::Archive',
        Properties: { SourceArn: getArn('OrdersEventBus'), ...properties },
      },
    });

    const { events } = read(archive({ ArchiveName: 'kept', EventPattern: pattern, RetentionDays: 7 }));
    expect(events.archives).toEqual([
      {
        archiveName: 'kept',
        eventBusName: 'orders',
        eventPattern: JSON.stringify(pattern),
        retentionDays: 7,
      },
    ]);
    expect(read(archive({})).events.archives).toEqual([
      { archiveName: expect.stringMatching(/^shop-dev-Kept-/), eventBusName: 'orders', retentionDays: 0 },
    ]);
  });

  it.each([
    [
      'a bus of a partner',
      { X: { Type: 'AWS::Events::EventBus', Properties: { Name: 'x', EventSourceName: 'x' } } },
      'EventSourceName: the laptop runtime does not know',
    ],
    [
      'a rule of an unknown bus',
      rule({ EventBusName: 'other' }),
      'EventBusName: must be an event bus of the template',
    ],
    [
      'a rule without anything to wait for',
      rule({ EventPattern: { Ref: 'AWS::NoValue' } }),
      'must have an EventPattern or a ScheduleExpression',
    ],
    [
      'a pattern',
      rule({ EventPattern: { source: [{ suffixes: 'a' }] } }),
      'EventPattern: Event pattern is not valid. Reason: source has the operator suffixes',
    ],
    [
      'a schedule of another bus',
      rule({ ScheduleExpression: 'rate(1 minute)', Targets: [{ Id: 'f', Arn: getArn('Notify') }] }),
      'ScheduleExpression is supported only on the default event bus',
    ],
    [
      'six targets',
      rule({ Targets: Array.from({ length: 6 }, (_, n) => ({ Id: `q${n}`, Arn: getArn('Inbox') })) }),
      'Targets: must be 5 targets at most',
    ],
    ['another state', rule({ State: 'ON' }), 'State: must be ENABLED or DISABLED, not ON'],
    [
      'another service',
      rule({ Targets: [{ Id: 't', Arn: arnOf('kinesis', 'stream/s') }] }),
      'Targets[0]: Parameter arn:aws:kinesis:eu-west-1:000000000000:stream/s is not valid. Reason: the laptop runtime delivers to Lambda',
    ],
    [
      'another queue',
      rule({ Targets: [{ Id: 't', Arn: arnOf('sqs', 'other') }] }),
      'Targets[0].Arn: must be a function, a queue',
    ],
    [
      'another log group',
      rule({ Targets: [{ Id: 't', Arn: arnOf('logs', 'log-group:other') }] }),
      'Targets[0].Arn: must be a function, a queue',
    ],
    [
      'a log group by its attribute',
      rule({ Targets: [{ Id: 't', Arn: getArn('Log') }] }),
      'without :* at its end',
    ],
    [
      'another dead-letter queue',
      toQueue({ DeadLetterConfig: { Arn: arnOf('sqs', 'other') } }),
      'Targets[0].DeadLetterConfig.Arn: must be a queue of the template',
    ],
    [
      'a property of a target',
      toQueue({ KinesisParameters: {} }),
      'Targets[0]: The laptop runtime does not know KinesisParameters',
    ],
    [
      'a function that may not be invoked',
      {
        ...rule({ Targets: [{ Id: 'f', Arn: getArn('Notify') }] }),
        Permission: { Type: 'AWS::IAM::Policy' },
      },
      'Targets[0].Arn: no AWS::Lambda::Permission lets events.amazonaws.com invoke',
    ],
    [
      'an archive of an unknown bus',
      { X: { Type: 'AWS::Events::Archive', Properties: { SourceArn: arnOf('events', 'event-bus/x') } } },
      'SourceArn: must be an event bus of the template',
    ],
    ['an archive of nothing', { X: { Type: 'AWS::Events::Archive' } }, 'SourceArn: is missing'],
  ])('refuses %s', (_, resources, message) => {
    expect(() => read(resources as JsonObject)).toThrow(message);
  });
});
