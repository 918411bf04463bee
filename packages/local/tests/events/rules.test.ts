import {
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  type PutRuleCommandInput,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type EventsHarness,
  FIFO,
  FUNCTION,
  LOG_GROUP,
  MACHINE,
  QUEUE,
  ruleOf,
  SHOP,
  startEvents,
} from './events-harness.ts';

const bus = { EventBusName: 'shop' };
const schedule = ruleOf([{ Id: 'tidy', Arn: FUNCTION }], { name: 'tidy', eventBusName: 'default' });

describe('rules', () => {
  let events: EventsHarness;

  beforeEach(async () => {
    const { eventPattern: _, ...scheduled } = { ...schedule, scheduleExpression: 'rate(1 minute)' };
    events = await startEvents({ rules: [scheduled] });
  });

  afterEach(() => events.close());

  const putRule = (input: Partial<PutRuleCommandInput> = {}) =>
    events.client.send(
      new PutRuleCommand({
        ...bus,
        Name: 'placed',
        EventPattern: '{"detail-type":["OrderPlaced"]}',
        ...input,
      }),
    );
  const putTargets = (...Targets: readonly Target[]) =>
    events.client.send(new PutTargetsCommand({ ...bus, Rule: 'placed', Targets: [...Targets] }));

  it('can be put, and get what matches until they are off', async () => {
    const { client, put, delivered } = events;
    const rule = { ...bus, Name: 'placed' };

    const { RuleArn } = await putRule();
    await putTargets({ Id: 'a', Arn: FUNCTION });
    await put({}, { DetailType: 'OrderPaid' });
    await client.send(new DisableRuleCommand(rule));
    await put({});
    await client.send(new EnableRuleCommand(rule));
    await put({});

    expect(RuleArn).toBe('arn:aws:events:eu-west-1:000000000000:rule/shop/placed');
    expect(delivered).toHaveLength(2);
  });

  it('say what they are', async () => {
    const { client } = events;
    await putRule({
      Description: 'new orders',
      RoleArn: 'arn:aws:iam::000000000000:role/r',
      State: 'DISABLED',
    });

    const expected = {
      Name: 'placed',
      Arn: 'arn:aws:events:eu-west-1:000000000000:rule/shop/placed',
      EventPattern: '{"detail-type":["OrderPlaced"]}',
      State: 'DISABLED',
      Description: 'new orders',
      RoleArn: 'arn:aws:iam::000000000000:role/r',
      EventBusName: 'shop',
    };
    expect(await client.send(new DescribeRuleCommand({ Name: 'placed', EventBusName: SHOP }))).toMatchObject(
      expected,
    );
    expect(await client.send(new ListRulesCommand(bus))).toMatchObject({ Rules: [expected] });
    expect(await client.send(new ListRulesCommand({ ...bus, NamePrefix: 'x' }))).toMatchObject({ Rules: [] });
  });

  it('are listed in pages', async () => {
    for (const Name of ['c', 'a', 'b']) await putRule({ Name });

    const { Rules, NextToken } = await events.client.send(new ListRulesCommand({ ...bus, Limit: 2 }));
    const next = await events.client.send(new ListRulesCommand({ ...bus, Limit: 2, NextToken }));

    expect(Rules?.map(({ Name }) => Name)).toEqual(['a', 'b']);
    expect(next.Rules?.map(({ Name }) => Name)).toEqual(['c']);
    expect(next.NextToken).toBeUndefined();
    await expect(events.client.send(new ListRulesCommand({ NextToken: 'x' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('keep their targets when they are put again', async () => {
    const { client, put, inputs } = events;
    await putRule();
    await putTargets({ Id: 'a', Arn: FUNCTION });

    await putRule({ EventPattern: '{"detail-type":[{"suffix":"Paid"}]}' });
    await put({}, { DetailType: 'OrderPaid' });

    expect(inputs()).toMatchObject([{ 'detail-type': 'OrderPaid' }]);
    expect(await client.send(new ListTargetsByRuleCommand({ ...bus, Rule: 'placed' }))).toMatchObject({
      Targets: [{ Id: 'a', Arn: FUNCTION }],
    });
  });

  it('can be found by their targets, lose them, and be deleted without any', async () => {
    const { client, put, delivered } = events;
    await putRule();
    await putTargets({ Id: 'a', Arn: FUNCTION }, { Id: 'b', Arn: QUEUE });
    const byTarget = () => client.send(new ListRuleNamesByTargetCommand({ ...bus, TargetArn: QUEUE }));
    const deleteRule = () => client.send(new DeleteRuleCommand({ ...bus, Name: 'placed' }));

    expect(await byTarget()).toMatchObject({ RuleNames: ['placed'] });
    await expect(deleteRule()).rejects.toThrow("Rule can't be deleted since it has targets.");
    const removed = await client.send(
      new RemoveTargetsCommand({ ...bus, Rule: 'placed', Ids: ['a', 'b', 'c'] }),
    );
    expect(removed).toMatchObject({
      FailedEntryCount: 1,
      FailedEntries: [{ TargetId: 'c', ErrorCode: 'ResourceNotFoundException' }],
    });
    expect(await byTarget()).toMatchObject({ RuleNames: [] });
    await deleteRule();
    await deleteRule();
    await put({});

    expect(delivered).toEqual([]);
    await expect(client.send(new DescribeRuleCommand({ ...bus, Name: 'placed' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Rule placed does not exist on EventBus shop.',
    });
  });

  it.each([
    [
      { EventPattern: '{"a":"b"}' },
      'InvalidEventPatternException',
      'Event pattern is not valid. Reason: a must be',
    ],
    [{ EventPattern: '{"a"' }, 'InvalidEventPatternException', 'is not JSON'],
    [
      { EventPattern: undefined },
      'ValidationException',
      'EventPattern or ScheduleExpression must be specified',
    ],
    [{ ScheduleExpression: 'rate(1 minute)' }, 'ValidationException', 'only on the default event bus'],
    [
      { EventBusName: 'default', ScheduleExpression: 'rate(1 minutes)' },
      'ValidationException',
      'Parameter ScheduleExpression is not valid',
    ],
    [{ Tags: [{ Key: 'a', Value: 'b' }] }, 'ValidationException', 'does not know Tags: leave it out'],
    [{ EventBusName: 'none' }, 'ResourceNotFoundException', 'Event bus none does not exist.'],
    [{ Name: 'a b' }, 'ValidationException', "Value 'a b' at 'name' failed to satisfy constraint"],
  ])('are refused: %j', async (input, name, message) => {
    await expect(putRule(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it.each([
    [{ Arn: 'arn:aws:sns:eu-west-1:000000000000:topic.fifo' }, 'delivers to Lambda functions, SQS queues'],
    [{ Arn: `${LOG_GROUP}:*` }, 'takes the ARN of a log group without :* at its end'],
    [{ Arn: MACHINE }, 'Parameter(s) RoleArn must be specified for target: a.'],
    [{ Arn: FIFO }, 'Parameter(s) SqsParameters must be specified for target: a.'],
    [{ Arn: QUEUE, Input: '{}', InputPath: '$' }, 'Only one of Input, InputPath, or InputTransformer'],
    [{ Arn: QUEUE, Input: 'text' }, 'Invalid Input for target a'],
    [{ Arn: QUEUE, InputPath: "$['a']" }, 'Invalid InputPath for target a'],
    [{ Arn: LOG_GROUP, InputPath: '$.detail' }, 'A log group takes an InputTransformer'],
    [{ Arn: QUEUE, RetryPolicy: { MaximumRetryAttempts: 186 } }, 'less than or equal to 185'],
    [{ Arn: QUEUE, RetryPolicy: { MaximumEventAgeInSeconds: 59 } }, 'greater than or equal to 60'],
    [{ Arn: QUEUE, DeadLetterConfig: { Arn: FIFO } }, 'must be a standard SQS queue'],
    [
      { Arn: QUEUE, EcsParameters: { TaskDefinitionArn: 'a' } },
      'does not know targets.1.member.EcsParameters',
    ],
    [{ Arn: QUEUE, Id: 'a b' }, "Value 'a b' at 'targets.1.member.id'"],
  ])('refuse the target %j', async (target, message) => {
    await putRule();

    await expect(putTargets({ Id: 'a', ...target })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  it('have five targets at most', async () => {
    await putRule();
    const targets = Array.from({ length: 5 }, (_, n) => ({ Id: `t${n}`, Arn: FUNCTION }));
    await putTargets(...targets);
    await putTargets({ Id: 't4', Arn: QUEUE });

    await expect(putTargets({ Id: 't5', Arn: QUEUE })).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
  it('that have a schedule run after each period, with an event of their own', async () => {
    const { client, clock, delivered } = events;
    await clock.advance(61_000);
    expect(delivered.map(({ to }) => to)).toEqual([FUNCTION]);
    expect(JSON.parse(delivered[0]?.input ?? '')).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: '2026-01-02T03:05:05Z',
      region: 'eu-west-1',
      resources: ['arn:aws:events:eu-west-1:000000000000:rule/tidy'],
      detail: {},
    });

    await client.send(
      new PutTargetsCommand({ Rule: 'tidy', Targets: [{ Id: 'tidy', Arn: QUEUE, Input: '{"a":1}' }] }),
    );
    await clock.advance(60_000);
    expect(delivered[1]).toMatchObject({ to: QUEUE, input: '{"a":1}' });

    await client.send(new DisableRuleCommand({ Name: 'tidy' }));
    await clock.advance(300_000);
    expect(delivered).toHaveLength(2);
  });

  it('can be given a schedule, another one, and a pattern instead', async () => {
    const { client, clock, delivered } = events;
    const put = (input: object) => client.send(new PutRuleCommand({ Name: 'tidy', ...input }));
    await put({ ScheduleExpression: 'cron(5 3 * * ? *)' });
    expect(await client.send(new ListRulesCommand({}))).toMatchObject({
      Rules: [{ Name: 'tidy', ScheduleExpression: 'cron(5 3 * * ? *)', EventBusName: 'default' }],
    });
    await clock.advance(300_000);
    expect(delivered).toHaveLength(1);
    await put({ EventPattern: '{"source":["a"]}' });
    await clock.advance(86_400_000);
    expect(delivered).toHaveLength(1);
    await put({ ScheduleExpression: 'rate(1 minute)' });
    await client.send(new RemoveTargetsCommand({ Rule: 'tidy', Ids: ['tidy'] }));
    await client.send(new DeleteRuleCommand({ Name: 'tidy' }));
    expect(clock.sleeping).toBe(0);
  });

  it('belong to buses, which can be listed', async () => {
    const { client } = events;
    const shop = { Name: 'shop', Arn: SHOP, CreationTime: new Date(events.clock.now()) };

    const { EventBuses } = await client.send(new ListEventBusesCommand({}));
    expect(EventBuses?.map(({ Name }) => Name)).toEqual(['default', 'shop']);
    expect(await client.send(new ListEventBusesCommand({ NamePrefix: 'sh' }))).toMatchObject({
      EventBuses: [shop],
    });
    expect(await client.send(new DescribeEventBusCommand({ Name: SHOP }))).toMatchObject(shop);
    expect(await client.send(new DescribeEventBusCommand({}))).toMatchObject({ Name: 'default' });
    await expect(client.send(new DescribeEventBusCommand({ Name: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Event bus none does not exist.',
    });
  });
});
