import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { sdkOperation } from '../../../src/states/integrations/sdk-services.ts';
import { fieldProblems, fromShape, toShape } from '../../../src/states/integrations/sdk-shapes.ts';
import type { Json } from '../../../src/states/json.ts';

function operation(name: string) {
  const [service = '', action = ''] = name.split(':');
  const found = sdkOperation(service, action);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
}

describe('actions', () => {
  it.each([
    'sqs:sendMessage',
    'iot:createThing',
    'iotdataplane:publish',
    'cloudwatchlogs:putLogEvents',
    'sts:getCallerIdentity',
  ])('of the endpoint’s services are known: %s', (name) => {
    expect(operation(name).input.isStructSchema()).toBe(true);
  });

  it.each([
    'sqs:SendMessage',
    'sqs:send',
    'ec2:runInstances',
    's3:selectObjectContent',
    'lambda:invokeWithResponseStream',
  ])('of AWS alone, of nobody, and those that stream are not: %s', (name) => {
    expect(sdkOperation(...(name.split(':') as [string, string]))).toBeUndefined();
  });
});

describe('arguments', () => {
  /** https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html: parameters are in PascalCase */
  it.each<[string, Json, unknown]>([
    ['sfn:startExecution', { StateMachineArn: 'a', Input: '{}' }, { stateMachineArn: 'a', input: '{}' }],
    [
      'sqs:sendMessage',
      { QueueUrl: 'q', MessageBody: 'm', DelaySeconds: null },
      { QueueUrl: 'q', MessageBody: 'm' },
    ],
    [
      'lambda:invoke',
      { FunctionName: 'f', Payload: '{"ä":1}' },
      { FunctionName: 'f', Payload: Buffer.from('{"ä":1}') },
    ],
    [
      'iotdataplane:publish',
      { Topic: 't', Payload: 'x', Qos: 1 },
      { topic: 't', payload: Buffer.from('x'), qos: 1 },
    ],
    [
      'dynamodb:putItem',
      { TableName: 't', Item: { a: { B: 'AAE=' }, tableName: { M: { S: { S: 'x' } } } } },
      { TableName: 't', Item: { a: { B: Buffer.from([0, 1]) }, tableName: { M: { S: { S: 'x' } } } } },
    ],
    [
      'cloudwatchlogs:tagResource',
      { ResourceArn: 'a', Tags: { lowerCase: 'x' } },
      { resourceArn: 'a', tags: { lowerCase: 'x' } },
    ],
    [
      'cloudwatchlogs:putLogEvents',
      { LogGroupName: 'g', LogStreamName: 's', LogEvents: [{ Timestamp: 1, Message: 'm' }] },
      { logGroupName: 'g', logStreamName: 's', logEvents: [{ timestamp: 1, message: 'm' }] },
    ],
    [
      'eventbridge:putEvents',
      { Entries: [{ Time: '2026-01-01T00:00:00Z' }] },
      { Entries: [{ Time: new Date('2026-01-01T00:00:00Z') }] },
    ],
  ])('of %s become the SDK’s: %j', (name, args, expected) => {
    expect(fieldProblems(operation(name).input, args)).toEqual([]);
    expect(toShape(operation(name).input, args, name)).toEqual(expected);
  });

  it.each<[string, Json, string[]]>([
    [
      'sfn:startExecution',
      { stateMachineArn: 'a' },
      [
        "The field 'stateMachineArn' is not supported by Step Functions",
        "The field 'StateMachineArn' is required but was missing",
      ],
    ],
    [
      'dynamodb:putItem',
      { TableName: null, Item: { a: { X: '1' } } },
      ["The field 'X' is not supported by Step Functions"],
    ],
    [
      'cloudwatchlogs:putLogEvents',
      { LogGroupName: 'g', LogStreamName: 's', LogEvents: [{ Timestamp: 1 }] },
      ["The field 'Message' is required but was missing"],
    ],
  ])('of %s are refused: %j', (name, args, problems) => {
    expect(fieldProblems(operation(name).input, args)).toEqual(problems);
  });

  it.each<[string, Json, string]>([
    ['sfn:startExecution', { StateMachineArn: 'a', Input: { n: 1 } }, 'Input'],
    ['sqs:sendMessage', { DelaySeconds: '5' }, 'DelaySeconds'],
    ['sqs:receiveMessage', { AttributeNames: 'All' }, 'AttributeNames'],
    ['lambda:invoke', { FunctionName: 'f', Payload: {} }, 'Payload'],
    ['eventbridge:putEvents', { Entries: [{ Time: 'today' }] }, 'Time'],
    ['dynamodb:putItem', { Item: 'x' }, 'Item'],
    ['cloudwatchlogs:describeLogGroups', { IncludeLinkedAccounts: 'yes' }, 'IncludeLinkedAccounts'],
  ])('of %s with a value of another type are refused: %j', (name, args, field) => {
    expect(() => toShape(operation(name).input, args, name)).toThrow(
      `The value of the field '${field}' has an invalid format`,
    );
  });
});

describe('answers', () => {
  const body = Object.assign(Readable.from([]), { transformToString: async () => 'the body' });

  it.each<[string, unknown, Json]>([
    [
      'sfn:describeExecution',
      { startDate: new Date('2026-01-01'), inputDetails: { included: true }, output: undefined },
      { StartDate: '2026-01-01T00:00:00.000Z', InputDetails: { Included: true } },
    ],
    [
      's3:getObject',
      { Body: body, Metadata: { myKey: 'x' } },
      { Body: 'the body', Metadata: { myKey: 'x' } },
    ],
    ['lambda:invoke', { StatusCode: 200, Payload: Buffer.from('"ä"') }, { StatusCode: 200, Payload: '"ä"' }],
    ['dynamodb:getItem', { Item: { a: { B: Buffer.from([0, 1]) } } }, { Item: { a: { B: 'AAE=' } } }],
    ['sqs:listQueues', { QueueUrls: ['a', 'b'] }, { QueueUrls: ['a', 'b'] }],
  ])('of %s become JSON', async (name, output, expected) => {
    expect(await fromShape(operation(name).output, output)).toEqual(expected);
  });
});
