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
    isFromTemplate: true,
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
const s3 = { BucketName: 'b', Key: 'k', RoleArn };
const dynamoDB = { TableName: 't', HashKeyField: 'h', HashKeyValue: 'v', RoleArn };
const republish = { Topic: 'a', RoleArn };

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-iot-topicrule-action.html and
// what https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-actions.html says of each parameter.
describe('actions that are refused when rules are made', () => {
  it.each<[JsonObject, string]>([
    [
      { Kinesis: {} },
      'Kinesis is not run here, as it would need Amazon Kinesis Data Streams; use CloudwatchLogs,',
    ],
    [{ InfluxDB: {} }, 'InfluxDB is not run here'],
    [{ Nonsense: {} }, 'Nonsense is no action of AWS IoT'],
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
    [{ S3: { ...s3, BucketName: '${topic()}' } }, `S3.BucketName ${inTemplate}`],
    [{ S3: { ...s3, CannedAcl: 'everybody' } }, 'S3.CannedAcl is everybody'],
    [
      { StepFunctions: { StateMachineName: '${x}', RoleArn } },
      `StepFunctions.StateMachineName ${inTemplate}`,
    ],
    [{ CloudwatchLogs: { LogGroupName: '${x}', RoleArn } }, `CloudwatchLogs.LogGroupName ${inTemplate}`],
    [{ DynamoDBv2: { RoleArn } }, 'DynamoDBv2.PutItem is missing'],
    [
      { DynamoDBv2: { PutItem: { TableName: '${x}' }, RoleArn } },
      `DynamoDBv2.PutItem.TableName ${inTemplate}`,
    ],
    [{ DynamoDBv2: { PutItem: { Table: 't' }, RoleArn } }, 'DynamoDBv2.PutItem.Table is no parameter'],
    [{ DynamoDB: { ...dynamoDB, Operation: 'INSERT' } }, 'DynamoDB.Operation is no parameter'],
    [{ DynamoDB: { ...dynamoDB, HashKeyField: '${x}' } }, `DynamoDB.HashKeyField ${inTemplate}`],
    [{ DynamoDB: { ...dynamoDB, HashKeyType: 'BINARY' } }, 'it must be one of STRING, NUMBER'],
    [{ DynamoDB: { ...dynamoDB, RangeKeyField: 'r' } }, 'DynamoDB.RangeKeyValue is missing'],
    [{ DynamoDB: { ...dynamoDB, RangeKeyValue: 'r' } }, 'DynamoDB.RangeKeyField is missing'],
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
    [{ S3: { ...s3, Key: '${topic()}/${timestamp()}' } }],
    [{ StepFunctions: { StateMachineName: 'm', ExecutionNamePrefix: '${topic(1)}', RoleArn } }],
    [{ DynamoDB: { ...dynamoDB, HashKeyValue: '${topic()}', PayloadField: '${@a}' } }],
  ])('%j', async (action) => {
    expect(await refusal(action, 'actions')).toBe('it is made');
  });
});
