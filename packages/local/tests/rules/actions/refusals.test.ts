import { ruleResource, ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/clock.ts';
import { apiAction } from '../../../src/rules/actions/template-names.ts';
import { createRulesEngine } from '../../../src/rules/rules-engine.ts';
import type { JsonObject } from '../../../src/template/template.ts';
import { ROLE_ARN as RoleArn } from './start-rule.ts';

/** Why a rule with an action, as CloudFormation has it, is not made. */
async function refusal(action: JsonObject, place: 'actions' | 'errorAction'): Promise<string> {
  const { topicRules } = createRulesEngine({
    ...ruleTargets,
    clock: systemClock,
    accountId: '000000000000',
    region: 'us-east-1',
    log: silentLog,
  });
  const rule = ruleResource({
    ruleName: 'TestRule',
    sql: "SET @a = 1 SELECT * FROM 'a'",
    awsIotSqlVersion: '2016-03-23',
    actions: place === 'actions' ? [apiAction(action)] : [],
    ...(place === 'errorAction' && { errorAction: apiAction(action) }),
  });
  try {
    await topicRules.put(rule);
  } catch (error) {
    return String(error);
  }
  return 'it is made';
}

const fifo = 'http://127.0.0.1:4566/000000000000/q.fifo';
const inTemplate = 'takes no substitution template in CloudFormation';
const republish = { Topic: 'a', RoleArn };

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-iot-topicrule-action.html and
// what https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-actions.html says of each parameter.
describe('actions that are refused when rules are made', () => {
  it.each<[JsonObject, string]>([
    [
      { Kinesis: {} },
      'the action Kinesis is not run here; use Lambda, Republish, Sqs, or leave the rule out',
    ],
    [{ Lambda: {}, Sqs: {} }, 'one key'],
    [{}, 'one key'],
    [{ Lambda: 'f' }, 'Lambda must be an object'],
    [{ Lambda: {} }, 'Lambda.FunctionArn is missing'],
    [{ Lambda: { FunctionArn: 7 } }, 'Lambda.FunctionArn must be a text'],
    [{ Lambda: { FunctionArn: 'arn:${topic(2)}' } }, `Lambda.FunctionArn ${inTemplate}`],
    [{ Sqs: { QueueUrl: 'q', BatchMode: true, RoleArn } }, 'Sqs.BatchMode is no parameter of the action'],
    [{ Sqs: { QueueUrl: 'q', UseBase64: 'yes', RoleArn } }, 'Sqs.UseBase64 must be true or false'],
    [{ Sqs: { QueueUrl: 'q${topic()}', RoleArn } }, `Sqs.QueueUrl ${inTemplate}`],
    [{ Sqs: { QueueUrl: fifo, RoleArn } }, 'FIFO'],
    [{ Sqs: { QueueUrl: 'q' } }, 'Sqs.RoleArn is missing'],
    [{ Sqs: { QueueUrl: 'q', RoleArn: 'arn:role' } }, 'Sqs.RoleArn is arn:role'],
    [{ Republish: { ...republish, Qos: 2 } }, 'Republish.Qos must be 0 or 1'],
    [
      { Republish: { ...republish, Headers: { ContentType: 'x' } } },
      'Headers is not run here: they need MQTT 5',
    ],
    [
      { Republish: { ...republish, Topic: 'a/${nosuch()}' } },
      'Republish.Topic, position 4: nosuch is not a function',
    ],
    [{ Republish: { ...republish, Topic: 'a/${@b}' } }, 'Republish.Topic, position 4: @b is not set'],
    [{ Republish: { ...republish, Topic: 'a/${topic(2' } }, 'Republish.Topic, position 11: Expected'],
  ])('%j', async (action, message) => {
    expect(await refusal(action, 'actions')).toContain(message);
    expect(await refusal(action, 'errorAction')).toContain(message);
  });
});

describe('actions that CloudFormation may write so', () => {
  it.each<[JsonObject]>([
    [{ Sqs: { QueueUrl: 'q', UseBase64: 'true', RoleArn } }],
    [{ Republish: { Topic: 'copy/${@a}', Qos: '1', RoleArn } }],
  ])('%j', async (action) => {
    expect(await refusal(action, 'actions')).toBe('it is made');
  });
});
