import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/template/json.ts';
import { readStack } from '../../src/template/read-stack.ts';

const read = (resources: JsonObject) =>
  readStack(
    JSON.stringify({ Resources: resources }),
    {
      region: 'eu-west-1',
      accountId: '000000000000',
      stackName: 'shop-dev',
      endpointUrl: 'http://127.0.0.1:4566',
    },
    { codeDirOf: () => '/code' },
  );

const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:orders';
const topic = (properties: JsonObject = {}): JsonObject => ({
  Type: 'AWS::SNS::Topic',
  Properties: { TopicName: 'orders', ...properties },
});
const subscription = (properties: JsonObject): JsonObject => ({
  Type: 'AWS::SNS::Subscription',
  Properties: { TopicArn: { Ref: 'Topic' }, ...properties },
});
const toQueue = { Protocol: 'sqs', Endpoint: { 'Fn::GetAtt': ['Queue', 'Arn'] } };
const queue: JsonObject = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inbox' } };
const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:inbox';

describe("a template's topics", () => {
  it('are read with their attributes, their tags and the subscriptions in them', () => {
    const { topics } = read({
      Queue: queue,
      Topic: topic({
        DisplayName: 'Orders',
        TracingConfig: 'Active',
        Tags: [{ Key: 'a', Value: 'b' }],
        Subscription: [toQueue],
      }),
    });
    expect(topics).toEqual([
      {
        logicalId: 'Topic',
        topicName: 'orders',
        arn: TOPIC,
        attributes: { DisplayName: 'Orders', TracingConfig: 'Active' },
        tags: { a: 'b' },
        subscriptions: [
          {
            logicalId: 'Topic',
            arn: expect.stringMatching(new RegExp(`^${TOPIC}:[\\da-f]{8}-[\\da-f-]{27}$`)),
            topicArn: TOPIC,
            protocol: 'sqs',
            endpoint: QUEUE,
            attributes: {},
          },
        ],
      },
    ]);
  });

  it('have subscriptions of their own, whose attributes are as SNS has them', () => {
    const { subscriptions } = read({
      Queue: queue,
      Topic: topic(),
      Subscription: subscription({
        ...toQueue,
        RawMessageDelivery: true,
        FilterPolicy: { colour: ['red'] },
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
      }),
    });
    expect(subscriptions).toMatchObject([
      {
        arn: expect.stringMatching(`${TOPIC}:`),
        topicArn: TOPIC,
        endpoint: QUEUE,
        attributes: {
          RawMessageDelivery: 'true',
          FilterPolicy: '{"colour":["red"]}',
          RedrivePolicy: `{"deadLetterTargetArn":"${QUEUE}"}`,
        },
      },
    ]);
  });

  const notify: JsonObject = {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'notify',
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Code: { S3Bucket: { Ref: 'Code' }, S3Key: 'notify.zip' },
    },
  };
  const toFunction = { Protocol: 'lambda', Endpoint: { 'Fn::GetAtt': ['F', 'Arn'] } };

  it('reach functions that let them', () => {
    const permission: JsonObject = {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'F' },
        Principal: 'sns.amazonaws.com',
        SourceArn: { Ref: 'Topic' },
      },
    };
    const resources = {
      Code: { Type: 'AWS::S3::Bucket' },
      F: notify,
      Topic: topic({ Subscription: [toFunction] }),
    };
    expect(read({ ...resources, Permission: permission }).topics).toHaveLength(1);
    expect(() => read(resources)).toThrow(
      /Subscription\[0\].Endpoint: no AWS::Lambda::Permission lets sns.amazonaws.com invoke/,
    );
  });

  it.each<[what: string, resource: JsonObject, message: RegExp]>([
    [
      'a protocol that SNS does not have',
      subscription({ ...toQueue, Protocol: 'fax' }),
      /Protocol: must be one of/,
    ],
    [
      'another Region',
      subscription({ ...toQueue, Region: 'us-east-1' }),
      /Region: must be that of the stack/,
    ],
    [
      'a filter that is none',
      subscription({ ...toQueue, FilterPolicy: { a: [] } }),
      /FilterPolicy: a is an empty list/,
    ],
    [
      'a property that is not known',
      subscription({ ...toQueue, Colour: 'red' }),
      /Colour: the laptop runtime does not know/,
    ],
    ['a replay', subscription({ ...toQueue, ReplayPolicy: { a: 1 } }), /keeps no archive to replay/],
  ])('are refused with %s', (_, resource, message) => {
    expect(() => read({ Queue: queue, Topic: topic(), X: resource })).toThrow(message);
  });
});
