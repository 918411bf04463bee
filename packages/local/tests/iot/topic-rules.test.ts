import {
  CreateTopicRuleCommand,
  CreateTopicRuleDestinationCommand,
  DeleteTopicRuleCommand,
  DisableTopicRuleCommand,
  EnableTopicRuleCommand,
  GetTopicRuleCommand,
  ListTagsForResourceCommand,
  ListTopicRulesCommand,
  type ListTopicRulesCommandInput,
  paginateListTopicRules,
  ReplaceTopicRuleCommand,
  TagResourceCommand,
  type TopicRulePayload,
  UntagResourceCommand,
} from '@aws-sdk/client-iot';
import { expectError, type IotHarness, startIotHarness } from '@device-lifecycle/test-kit/iot-harness.ts';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { useDataDirectory } from '../support/data-directories.ts';

const roleArn = 'arn:aws:iam::000000000000:role/rules';
const queueUrl = 'http://127.0.0.1:4566/000000000000/orders';
const toQueue = { sqs: { queueUrl, roleArn } };
const PAYLOAD: TopicRulePayload = {
  sql: "SELECT *, topic() AS topic FROM 'orders/+'",
  description: 'What is ordered',
  awsIotSqlVersion: '2016-03-23',
  actions: [toQueue],
  errorAction: { republish: { topic: 'failed/${topic()}', qos: 1, roleArn } },
};
const ARN = 'arn:aws:iot:us-east-1:000000000000:rule/Orders';

let iot: IotHarness;
let sendMessage: jest.Mock<(queue: string, body: string) => Promise<void>>;

beforeEach(async () => {
  sendMessage = jest.fn<(queue: string, body: string) => Promise<void>>().mockResolvedValue();
  iot = await startIotHarness({ ruleTargets: { queues: { sendMessage } } });
});

afterEach(() => iot.close());

const create = (change: Partial<TopicRulePayload> = {}, ruleName = 'Orders', tags?: string) =>
  iot.client.send(
    new CreateTopicRuleCommand({ ruleName, topicRulePayload: { ...PAYLOAD, ...change }, tags }),
  );
const replace = (change: Partial<TopicRulePayload>, ruleName = 'Orders') =>
  iot.client.send(new ReplaceTopicRuleCommand({ ruleName, topicRulePayload: { ...PAYLOAD, ...change } }));
const get = (ruleName = 'Orders') => iot.client.send(new GetTopicRuleCommand({ ruleName }));

/** Bodies that the queue gets of a message. */
async function sentFor(topic: string, payload: unknown = {}): Promise<unknown[]> {
  sendMessage.mockClear();
  await iot.rules.handle({ topic, payload: Buffer.from(JSON.stringify(payload)), qos: 1 });
  return sendMessage.mock.calls.map(([, body]) => JSON.parse(body));
}

// https://docs.aws.amazon.com/iot/latest/apireference/API_CreateTopicRule.html
describe('a topic rule that a call makes', () => {
  it('is what it was said to be, and runs at once', async () => {
    await create();

    const { ruleArn, rule } = await get();
    expect(ruleArn).toBe(ARN);
    expect(rule).toEqual({
      ...PAYLOAD,
      ruleName: 'Orders',
      ruleDisabled: false,
      createdAt: expect.any(Date),
    });
    expect(Date.now() - Number(rule?.createdAt)).toBeLessThan(10_000);
    expect(await sentFor('orders/1', { n: 1 })).toEqual([{ n: 1, topic: 'orders/1' }]);
  });

  it('has version 2015-10-08 and is enabled where nothing else is said (iot-rule-sql-version)', async () => {
    await iot.client.send(
      new CreateTopicRuleCommand({
        ruleName: 'Plain',
        topicRulePayload: { sql: "SELECT * FROM 'orders/+'", actions: [] },
      }),
    );

    expect((await get('Plain')).rule).toMatchObject({ awsIotSqlVersion: '2015-10-08', ruleDisabled: false });
  });

  it('is made once', async () => {
    await create();

    await expect(create()).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      resourceId: 'Orders',
      resourceArn: ARN,
      $metadata: { httpStatusCode: 409 },
    });
  });

  it('is replaced, and has been made when it was', async () => {
    await create();
    const before = await get();
    await replace({ sql: "SELECT 2 AS version FROM 'others/+'", description: undefined });

    expect((await get()).rule).toMatchObject({
      sql: "SELECT 2 AS version FROM 'others/+'",
      createdAt: before.rule?.createdAt,
    });
    expect((await get()).rule?.description).toBeUndefined();
    expect(await sentFor('orders/1')).toEqual([]);
    expect(await sentFor('others/1')).toEqual([{ version: 2 }]);
  });

  it('is disabled and enabled', async () => {
    await create({ ruleDisabled: true });
    expect(await sentFor('orders/1')).toEqual([]);
    expect(await sentFor('$aws/rules/Orders/orders/1')).toEqual([]);

    await iot.client.send(new EnableTopicRuleCommand({ ruleName: 'Orders' }));
    expect((await get()).rule?.ruleDisabled).toBe(false);
    expect(await sentFor('orders/1')).toEqual([{ topic: 'orders/1' }]);
    expect(await sentFor('$aws/rules/Orders/orders/2')).toEqual([{ topic: 'orders/2' }]);

    await iot.client.send(new DisableTopicRuleCommand({ ruleName: 'Orders' }));
    expect((await get()).rule?.ruleDisabled).toBe(true);
    expect(await sentFor('orders/1')).toEqual([]);
  });

  it('is deleted, and once more without an error', async () => {
    await create();
    await iot.client.send(new DeleteTopicRuleCommand({ ruleName: 'Orders' }));
    await iot.client.send(new DeleteTopicRuleCommand({ ruleName: 'Orders' }));

    expect(await sentFor('orders/1')).toEqual([]);
    expect((await iot.client.send(new ListTopicRulesCommand({}))).rules).toEqual([]);
  });

  it('may name its resource by a substitution template (lambda-rule-action, sqs-rule-action)', async () => {
    await create({ actions: [{ sqs: { queueUrl: 'http://host/${topic(2)}', roleArn } }] });

    await sentFor('orders/7');
    expect(sendMessage.mock.calls.map(([queue]) => queue)).toEqual(['http://host/7']);
  });

  it('is reached by Basic Ingest alone where FROM has a topic of that (iot-basic-ingest)', async () => {
    await create({ sql: "SELECT topic() AS topic FROM '$aws/rules/Orders/#'" });

    expect(await sentFor('$aws/rules/Orders/orders/1')).toEqual([{ topic: 'orders/1' }]);
    expect(await sentFor('$aws/rules/Others/orders/1')).toEqual([]);
  });

  it('changes nothing where it is refused', async () => {
    await create();

    await expectError(replace({ sql: 'SELECT' }), 'SqlParseException', 400);
    expect((await get()).rule?.sql).toBe(PAYLOAD.sql);
    expect(await sentFor('orders/1')).toEqual([{ topic: 'orders/1' }]);
  });
});

// Recorded of AWS: https://github.com/hashicorp/terraform-provider-aws, FindTopicRuleByName in internal/service/iot.
describe('a topic rule that is not there', () => {
  it.each([
    ['GetTopicRule', () => get('Nobody')],
    ['ReplaceTopicRule', () => replace({}, 'Nobody')],
    ['EnableTopicRule', () => iot.client.send(new EnableTopicRuleCommand({ ruleName: 'Nobody' }))],
    ['DisableTopicRule', () => iot.client.send(new DisableTopicRuleCommand({ ruleName: 'Nobody' }))],
  ])('is one that nobody may see: %s', async (_, call) => {
    await expectError(call(), 'UnauthorizedException', 401, "Access to topic rule 'Nobody' was denied");
  });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_TopicRulePayload.html
describe('what makes no topic rule', () => {
  const eleven = Array.from({ length: 11 }, () => toQueue);

  it.each<[string, Partial<TopicRulePayload>, string, string]>([
    ['SQL that is none', { sql: "SELECT a, FROM 'x'" }, 'SqlParseException', 'Rule Orders, position'],
    ['an unknown function', { sql: "SELECT f(1) AS a FROM 'x'" }, 'SqlParseException', 'f is not a function'],
    ['a topic filter that is none', { sql: "SELECT * FROM 'a/#/b'" }, 'SqlParseException', 'topic filter'],
    ['no SQL', { sql: undefined }, 'InvalidRequestException', 'sql is missing'],
    ['no actions', { actions: undefined }, 'InvalidRequestException', 'actions is missing'],
    ['eleven actions', { actions: eleven }, 'InvalidRequestException', 'a rule may have 10'],
    ['a version beta', { awsIotSqlVersion: 'beta' }, 'InvalidRequestException', '2015-10-08 or 2016-03-23'],
    [
      'an action that is not run',
      { actions: [{ kinesis: { streamName: 's', roleArn } }] },
      'InvalidRequestException',
      'kinesis is not run here, as it would need Amazon Kinesis Data Streams',
    ],
    [
      'no role',
      { actions: [{ sqs: { queueUrl, roleArn: undefined } }] },
      'InvalidRequestException',
      'sqs.roleArn is missing',
    ],
    [
      'a role that is none',
      { actions: [{ sqs: { queueUrl, roleArn: 'dummy' } }] },
      'InvalidRequestException',
      'sqs.roleArn is dummy',
    ],
    [
      'headers of MQTT 5',
      { actions: [{ republish: { topic: 't', roleArn, headers: { contentType: 'x' } } }] },
      'InvalidRequestException',
      'they need MQTT 5',
    ],
    [
      'a template with an unknown function',
      { errorAction: { republish: { topic: '${f()}', roleArn } } },
      'InvalidRequestException',
      'f is not a function',
    ],
  ])('%s', async (_, change, name, part) => {
    await expectError(create(change), name, 400, part);
  });

  it.each(['with-hyphens', 'n'.repeat(129)])('the name %s', async (ruleName) => {
    await expectError(create({}, ruleName), 'InvalidRequestException', 400, 'a-z, A-Z, 0-9 and _');
  });

  it('a rule of more than 256 KB (quotas of AWS IoT Core)', async () => {
    await expectError(
      create({ description: 'd'.repeat(257 * 1024) }),
      'InvalidRequestException',
      400,
      '256 KB',
    );
  });

  it('a destination, which does not run here', async () => {
    const destinationConfiguration = { httpUrlConfiguration: { confirmationUrl: 'https://example.com' } };
    await expectError(
      iot.client.send(new CreateTopicRuleDestinationCommand({ destinationConfiguration })),
      'UnknownOperationException',
      404,
      'POST /destinations',
    );
  });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_ListTopicRules.html
describe('ListTopicRules', () => {
  const namesOf = async (input: ListTopicRulesCommandInput) =>
    (await iot.client.send(new ListTopicRulesCommand(input))).rules?.map(({ ruleName }) => ruleName);

  it('gives what there is of each rule', async () => {
    await create();

    expect((await iot.client.send(new ListTopicRulesCommand({}))).rules).toEqual([
      {
        ruleArn: ARN,
        ruleName: 'Orders',
        topicPattern: 'orders/+',
        createdAt: expect.any(Date),
        ruleDisabled: false,
      },
    ]);
  });

  it('gives the rules of a topic, and those that are disabled or are not', async () => {
    await create({ sql: "SELECT * FROM 'orders/+'" }, 'One');
    await create({ sql: "SELECT * FROM 'orders/#'", ruleDisabled: true }, 'Two');
    await create({ sql: "SELECT * FROM 'others'" }, 'Three');
    await create({ sql: 'SELECT *' }, 'IngestOnly');

    expect(await namesOf({})).toEqual(['IngestOnly', 'One', 'Three', 'Two']);
    expect(await namesOf({ topic: 'orders/1' })).toEqual(['One', 'Two']);
    expect(await namesOf({ topic: 'orders/#' })).toEqual(['One', 'Two']);
    expect(await namesOf({ topic: 'orders/1', ruleDisabled: false })).toEqual(['One']);
    expect(await namesOf({ ruleDisabled: true })).toEqual(['Two']);
  });

  it('gives them by pages', async () => {
    for (const name of ['A', 'B', 'C']) await create({}, name);

    const pages: unknown[] = [];
    for await (const { rules } of paginateListTopicRules({ client: iot.client, pageSize: 2 }, {})) {
      pages.push(rules?.map(({ ruleName }) => ruleName));
    }
    expect(pages).toEqual([['A', 'B'], ['C']]);
    await expectError(namesOf({ maxResults: 10_001 }), 'InvalidRequestException', 400, 'from 1 to 10000');
  });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/tagging-iot.html
describe('tags of a topic rule', () => {
  const tagsOf = async (resourceArn = ARN) =>
    (await iot.client.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
  const tag = (tags: { Key: string; Value: string }[], resourceArn = ARN) =>
    iot.client.send(new TagResourceCommand({ resourceArn, tags }));

  it('are those that it was made with, and that calls give and take', async () => {
    await create({}, 'Orders', 'team=shop&cost=a%20b');
    expect(await tagsOf()).toEqual([
      { Key: 'cost', Value: 'a b' },
      { Key: 'team', Value: 'shop' },
    ]);

    await tag([{ Key: 'team', Value: 'store' }]);
    await iot.client.send(new UntagResourceCommand({ resourceArn: ARN, tagKeys: ['cost'] }));
    await replace({ description: 'Another' });
    expect(await tagsOf()).toEqual([{ Key: 'team', Value: 'store' }]);
  });

  it('are refused where they are none, too many, or of what has none here', async () => {
    await create();

    await expectError(tag([{ Key: 'aws:x', Value: '' }]), 'InvalidRequestException', 400, 'aws:');
    const tags = Array.from({ length: 51 }, (__, index) => ({ Key: `k${index}`, Value: '' }));
    await expectError(tag(tags), 'LimitExceededException', 410);
    await expectError(tagsOf(`${ARN}2`), 'ResourceNotFoundException', 404);
    await expectError(
      tagsOf(ARN.replace('rule', 'thinggroup')),
      'InvalidRequestException',
      400,
      'topic rules',
    );
  });
});

describe('topic rules of a data directory', () => {
  const data = useDataDirectory();

  async function restart(): Promise<void> {
    await iot.close();
    const { collections } = await data.reopen();
    iot = await startIotHarness({ collections, ruleTargets: { queues: { sendMessage } } });
  }

  it('are there after a restart, as calls have left them, and run', async () => {
    await restart();
    await create({}, 'Orders', 'team=shop');
    await create({}, 'Deleted');
    await create({}, 'Disabled');
    const { rule } = await get();
    await iot.client.send(new DeleteTopicRuleCommand({ ruleName: 'Deleted' }));
    await iot.client.send(new DisableTopicRuleCommand({ ruleName: 'Disabled' }));

    await restart();
    expect((await get()).rule).toEqual(rule);
    expect((await iot.client.send(new ListTopicRulesCommand({}))).rules).toMatchObject([
      { ruleName: 'Disabled', ruleDisabled: true },
      { ruleName: 'Orders', ruleDisabled: false },
    ]);
    expect((await iot.client.send(new ListTagsForResourceCommand({ resourceArn: ARN }))).tags).toEqual([
      { Key: 'team', Value: 'shop' },
    ]);
    expect(await sentFor('orders/1')).toEqual([{ topic: 'orders/1' }]);
  });
});
